import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRelay } from '../../../server/index.ts'
import { freePort } from '../../nodes/support/free-port.ts'

describe('/readyz says why a relay is not ready', () => {
  const readyz = async (port: number) => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    return answer && [answer.status, await answer.text()]
  }

  it('while its Redis does not answer yet, and after it is gone', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const port = await freePort()
    const redis = { url: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}` }
    const relay = createRelay({ port, host: '127.0.0.1', redis })
    onTestFinished(() => relay.close())
    const sockets = new Set<Socket>()
    silent.on('connection', (socket) => sockets.add(socket))
    // Nothing happens meanwhile by time alone.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const started = relay.listen()
    await expect.poll(() => readyz(port), { timeout: 10_000 }).toEqual([503, 'starting'])
    await vi.advanceTimersByTimeAsync(2000)
    await started
    vi.useRealTimers()
    silent.close()
    for (const socket of sockets) socket.destroy()
    expect(await readyz(port)).toEqual([503, 'Redis is away'])
    await relay.drain(0)
    expect(await readyz(port)).toEqual([503, 'stopping'])
  })
})
