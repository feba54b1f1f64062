import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../scripts/lib/ensure-built.js'
import { median, table } from './lib/statistics.js'

// Measures what the pipeline costs for one plain call of one client in virtual time: turns, events, subscriptions and
// CPU. Also measures how many calls one core simulates in a second. See README.md. The last line is `core call turns T
// events E subscriptions S cpu C ms simulate R calls/s/core`.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    calls: { type: 'string', default: '200' },
    simulated: { type: 'string', default: '600' },
  },
})
const [rounds, calls, simulated] = [Number(values.rounds), Number(values.calls), Number(values.simulated)]

if (!(await ensureBuilt())) throw new Error('npm run build failed')
// Nobody reads the stack of a simulated error, and capturing stacks takes much of the time.
Error.stackTraceLimit = 0
const { countCall, measureCall, measureInspect } = await import('./core/measure-call.js')
const { simulate } = await import('rxcall/testing')

const { turns, events, subscriptions } = countCall()
const cpu = measureCall({ rounds, calls, subscriptions })
const [call, control] = [median(cpu.call), median(cpu.control)]
const cost = measureInspect({ rounds, calls, sdp: usualDescription() })
const [plain, inspected] = [median(cost.plain), median(cost.inspected)]

simulate({ calls: simulated / 5, seed: 1 })
const rates = Array.from({ length: rounds }, (_, round) => {
  const before = process.cpuUsage()
  const result = simulate({ calls: simulated, seed: round + 2 })
  const { user, system } = process.cpuUsage(before)
  return result.calls / ((user + system) / 1e6)
})
const rate = median(rates)

console.log(
  table([
    ['', 'one call', 'control', '×'],
    ['CPU, ms', call.toFixed(3), control.toFixed(3), (call / control).toFixed(2)],
  ]),
)
console.log(
  `\ninspect() ${inspected.toFixed(2)} ms, plain ${plain.toFixed(2)} ms: ${(inspected - plain).toFixed(2)} ms more for a call`,
)
console.log(
  `\ncore call turns ${turns} events ${events} subscriptions ${subscriptions} cpu ${call.toFixed(2)} ms ` +
    `simulate ${Math.round(rate)} calls/s/core`,
)

/** A description of a real browser, with its usual size. */
function usualDescription() {
  const trace = readFileSync(new URL('../test/fixtures/chromium-call.jsonl', import.meta.url), 'utf8')
  for (const line of trace.trimEnd().split('\n')) {
    const { type, event } = JSON.parse(line)
    if (type === 'peer-event' && event.type === 'description') return String(event.description.sdp)
  }
  throw new Error('the recorded call has no description')
}
