import { startProcess } from '../lib/process.js'

/** The number of clients, which send in pairs. */
const count = 200

/**
 * Measures the CPU of each relay for one message that is accepted, acknowledged and delivered, in microseconds. Each
 * round measures all kinds in turn. A process costs up to a sixth more the earlier it was started. So there are two
 * processes of each kind, started in mirrored order, and the mean of both counts.
 *
 * @param {readonly string[]} kinds
 * @param {{ rounds: number, messages: number }} options
 * @returns {Promise<Record<string, number[]>>}
 */
export async function measureCpu(kinds, { rounds, messages }) {
  const sides = []
  for (const kind of [...kinds, ...kinds.toReversed()]) {
    const server = await startProcess('relay/server-process.js', [kind], { greets: true })
    const load = await startProcess('relay/load-process.js', [])
    await load.ask({ connect: { kind, ports: [server.first['port']], count } })
    sides.push({ kind, server, load })
  }
  /** @type {Record<string, number[]>} */
  const results = Object.fromEntries(kinds.map((kind) => [kind, Array.from({ length: rounds }, () => 0)]))
  for (let round = -1; round < rounds; round++)
    for (const { kind, server, load } of round % 2 === 0 ? sides : sides.toReversed()) {
      const before = await server.ask('cpu')
      await load.ask({ messages: { total: messages } })
      const after = await server.ask('cpu')
      const ofKind = results[kind]
      if (round >= 0 && ofKind)
        ofKind[round] = (ofKind[round] ?? 0) + ((after['cpu'] ?? 0) - (before['cpu'] ?? 0)) / messages / 2
    }
  await Promise.all(sides.flatMap(({ server, load }) => [server.end(), load.end()]))
  return results
}
