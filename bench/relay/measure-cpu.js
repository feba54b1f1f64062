import { startProcess } from '../lib/process.js'

/** Clients, which send in pairs. */
const count = 200

/**
 * CPU of the relay for one message that is taken, acknowledged and delivered, in microseconds: all kinds in turn, in each round.
 * Of each kind there are two, started in mirrored order: a process costs up to a sixth more the earlier it was started.
 *
 * @param {readonly string[]} kinds
 * @param {{ rounds: number, messages: number }} options
 * @returns {Promise<Record<string, number[]>>}
 */
export async function measureCpu(kinds, { rounds, messages }) {
  const sides = await Promise.all(
    [...kinds, ...kinds.toReversed()].map(async (kind) => {
      const server = await startProcess('relay/server-process.js', [kind], { greets: true })
      const load = await startProcess('relay/load-process.js', [])
      await load.ask({ connect: { kind, ports: [server.first['port']], count } })
      return { kind, server, load }
    }),
  )
  /** @type {Record<string, number[]>} */
  const results = Object.fromEntries(kinds.map((kind) => [kind, []]))
  for (let round = -1; round < rounds; round++)
    for (const { kind, server, load } of round % 2 === 0 ? sides : sides.toReversed()) {
      const before = await server.ask('cpu')
      await load.ask({ messages: { total: messages } })
      const after = await server.ask('cpu')
      if (round >= 0) results[kind]?.push(((after['cpu'] ?? 0) - (before['cpu'] ?? 0)) / messages)
    }
  await Promise.all(sides.flatMap(({ server, load }) => [server.end(), load.end()]))
  return results
}
