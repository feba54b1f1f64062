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
const { countCall, measureCall } = await import('./core/measure-call.js')
const { simulate } = await import('rxcall/testing')

const { turns, events, subscriptions } = countCall()
const cpu = measureCall({ rounds, calls, subscriptions })
const [call, control] = [median(cpu.call), median(cpu.control)]

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
  `\ncore call turns ${turns} events ${events} subscriptions ${subscriptions} cpu ${call.toFixed(2)} ms ` +
    `simulate ${Math.round(rate)} calls/s/core`,
)
