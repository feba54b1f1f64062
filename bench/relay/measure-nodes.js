import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { ensureRedisServer } from '../../scripts/lib/ensure-server.js'
import { startProcess } from '../lib/process.js'

/** The number of clients, which send in pairs. */
const count = 200
const redisPort = 16_379

/**
 * Measures the CPU for one message in microseconds: of one node, and of two nodes together that share a Redis. On two
 * nodes every other message crosses. Each round measures both.
 *
 * @param {{ rounds: number, messages: number }} options
 */
export async function measureNodes({ rounds, messages }) {
  const program = await ensureRedisServer()
  if (program === undefined) throw new Error('Redis is not installed')
  const own = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = spawn(program, own, { stdio: 'ignore' })
  try {
    await answers(redisPort)
    const start = (/** @type {object} */ options) =>
      startProcess('relay/server-process.js', ['rxcall', JSON.stringify(options)], { greets: true })
    const shared = { redis: `redis://127.0.0.1:${redisPort}` }
    const sides = { one: [await start({})], two: [await start(shared), await start(shared)] }
    const loads = {
      one: await startProcess('relay/load-process.js', []),
      two: await startProcess('relay/load-process.js', []),
    }
    const names = /** @type {const} */ (['one', 'two'])
    for (const name of names)
      await loads[name].ask({
        connect: { kind: 'rxcall', ports: sides[name].map(({ first }) => first['port']), count },
      })
    // The nodes need time to exchange their users.
    await new Promise((resolve) => setTimeout(resolve, 1000))

    /** @type {Record<'one' | 'two', number[]>} */
    const results = { one: [], two: [] }
    const cpuOf = async (/** @type {'one' | 'two'} */ name) => {
      const answers = await Promise.all(sides[name].map((server) => server.ask('cpu')))
      return answers.reduce((sum, { cpu = NaN }) => sum + cpu, 0)
    }
    for (let round = -1; round < rounds; round++)
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const before = await cpuOf(name)
        await loads[name].ask({ messages: { total: messages } })
        const after = await cpuOf(name)
        if (round >= 0) results[name].push((after - before) / messages)
      }
    await Promise.all([...sides.one, ...sides.two, loads.one, loads.two].map((each) => each.end()))
    return results
  } finally {
    redis.kill('SIGKILL')
  }
}

/** @type {(port: number) => Promise<void>} */
async function answers(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const up = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
