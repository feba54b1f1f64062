import { startProcess } from '../lib/process.js'

/**
 * Kills a relay that has `count` clients, starts it again on its port, and waits until all clients are back.
 *
 * @param {number} count
 */
export async function measureStorm(count) {
  const server = await startProcess('relay/server-process.js', ['rxcall'], { greets: true })
  const port = server.first['port'] ?? 0
  const clients = await startProcess('relay/storm-process.js', [])
  await clients.ask({ connect: { port, count } })
  await new Promise((resolve) => setTimeout(resolve, 2000))
  await clients.ask({ watch: {} })
  await server.end()
  const restarted = await startProcess('relay/server-process.js', ['rxcall', JSON.stringify({ port })], {
    greets: true,
  })
  const { ms = NaN } = await clients.ask({ back: {} })
  const { sent, taken, repeated, lost } = await clients.ask({ finish: {} })
  await Promise.all([clients.end(), restarted.end()])
  return { ms, sent, taken, repeated, lost }
}
