import { parseArgs } from 'node:util'
import { ensureBuilt } from '../scripts/lib/ensure-built.js'
import { median, table } from './lib/statistics.js'
import { measureCpu } from './relay/measure-cpu.js'
import { measureHeap } from './relay/measure-heap.js'
import { measureNodes } from './relay/measure-nodes.js'
import { measureStorm } from './relay/measure-storm.js'

// Measures what the relay costs compared with minimal relays: CPU for each message, and memory for each connection.
// Compares two nodes with one. Measures how long it takes until all clients are back after a restart. See README.md.
// The last line is `relay cpu ratio R1 heap ratio R2`.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    messages: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '1000' },
    storm: { type: 'string', default: '1000' },
  },
})
const [rounds, messages] = [Number(values.rounds), Number(values.messages)]

if (!(await ensureBuilt())) throw new Error('npm run build failed')

const kinds = ['rxcall', 'socket.io', 'ws']
const cpu = await measureCpu(kinds, { rounds, messages })
const heap = await measureHeap(kinds, { rounds: 3, connections: Number(values.connections) })

/** @type {(results: Record<string, number[]>, kind: string) => number} */
const medianOf = (results, kind) => median(results[kind] ?? [])
console.log(
  table([
    ['', ...kinds],
    ['CPU of a message, µs', ...kinds.map((kind) => medianOf(cpu, kind).toFixed(1))],
    ['heap of an idle connection, KB', ...kinds.map((kind) => (medianOf(heap, kind) / 1000).toFixed(1))],
  ]),
)

const nodes = await measureNodes({ rounds, messages })
const [one, two] = [medianOf(nodes, 'one'), medianOf(nodes, 'two')]
console.log(
  `\nCPU of a message, µs: ${one.toFixed(1)} on one node, ${two.toFixed(1)} on two, of both together: ` +
    `two nodes do ${((2 * one) / two).toFixed(2)} times the work of one`,
)

const storm = await measureStorm(Number(values.storm))
console.log(
  `\n${values.storm} clients were back ${(storm.ms / 1000).toFixed(1)} s after their relay was killed; of ${storm.taken} ` +
    `messages that it had taken, ${storm.lost} were lost (${storm.repeated} of ${storm.sent} were sent again)`,
)

const ratio = (/** @type {Record<string, number[]>} */ results) =>
  (medianOf(results, 'rxcall') / medianOf(results, 'socket.io')).toFixed(2)
console.log(`\nrelay cpu ratio ${ratio(cpu)} heap ratio ${ratio(heap)}`)
