import { startProcess } from '../lib/process.js'

/**
 * Measures the heap of an idle connection in bytes. Each round measures all kinds in turn, in new processes.
 *
 * @param {readonly string[]} kinds
 * @param {{ rounds: number, connections: number }} options
 * @returns {Promise<Record<string, number[]>>}
 */
export async function measureHeap(kinds, { rounds, connections }) {
  /** @type {Record<string, number[]>} */
  const results = Object.fromEntries(kinds.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++)
    for (const kind of kinds) {
      const server = await startProcess('relay/server-process.js', [kind], {
        greets: true,
        execArgv: ['--expose-gc'],
      })
      const load = await startProcess('relay/load-process.js', [])
      const ports = [server.first['port']]
      // The first connections make V8 compile the code.
      await load.ask({ connect: { kind, ports, count: 50 } })
      await load.ask({ close: {} })
      const before = await server.ask('heap')
      await load.ask({ connect: { kind, ports, count: connections } })
      const after = await server.ask('heap')
      results[kind]?.push(((after['heap'] ?? 0) - (before['heap'] ?? 0)) / connections)
      await Promise.all([server.end(), load.end()])
    }
  return results
}
