import { PerformanceObserver } from 'node:perf_hooks'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRelay } from '../../../server/index.ts'
import type { OutgoingMessage } from '../../../src/core/protocol/index.ts'
import { connect, invite, openSocket, randomId, refusalOf, startRelay } from '../support/relay-fixture.ts'

/** The samples of a text in the format of Prometheus. */
const samples = (text: string) =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )

describe('the metrics', () => {
  it('count connections, refusals, and messages by type and outcome, and name nobody', async () => {
    const { relay, url } = await startRelay()
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await refusalOf(url, { name: 'alice', party: randomId(), secret: randomId() })
    await alice.send(invite('bob'))
    await alice.send(invite('nobody'))
    await alice.send({ ...invite('bob'), type: 'a type of my own' } as unknown as OutgoingMessage)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')

    const text = await relay.metrics()
    const all = samples(text)
    expect(all.get('rxcall_connections')).toBe(1)
    expect(all.get('rxcall_refusals_total{code="name-taken"}')).toBe(1)
    expect(all.get('rxcall_disconnects_total{reason="client namespace disconnect"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invite",outcome="ok"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invite",outcome="unreachable"}')).toBe(1)
    expect(all.get('rxcall_messages_total{type="invalid",outcome="invalid-message"}')).toBe(1)
    expect(all.get('rxcall_message_seconds_count')).toBe(3)
    expect(all.get('rxcall_message_seconds_bucket{le="+Inf"}')).toBe(3)
    expect(all.get('rxcall_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0)
    expect(text).not.toMatch(/alice|bob|nobody|of my own|127\.0\.0\.1/)
  })

  it('count pages of foreign origins', async () => {
    const { relay, url } = await startRelay()
    const socket = openSocket(url, {}, { extraHeaders: { origin: 'https://evil.example' } })
    await new Promise((resolve) => socket.once('connect_error', resolve))
    expect(samples(await relay.metrics()).get('rxcall_refusals_total{code="origin"}')).toBe(1)
  })

  it('are served on a separate port, with those of the process', async () => {
    const relay = createRelay({ port: 0, host: '127.0.0.1', admin: { port: 0, host: '127.0.0.1' } })
    onTestFinished(() => relay.close())
    const { url, adminPort } = await relay.listen()
    const admin = `http://127.0.0.1:${adminPort}`
    const answer = await fetch(`${admin}/metrics`)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const all = samples(await answer.text())
    expect(all.get('rxcall_connections')).toBe(0)
    expect(all.get('process_resident_memory_bytes')).toBeGreaterThan(0)
    expect((await fetch(`${admin}/healthz`)).status).toBe(200)
    expect((await fetch(`${admin}/readyz`)).status).toBe(200)
    expect((await fetch(`${admin}/`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    await relay.close()
    await expect(fetch(`${admin}/healthz`)).rejects.toThrow()
  })

  it('are served each time that the relay listens, by every relay of a process', async () => {
    const watched = vi.spyOn(PerformanceObserver.prototype, 'observe')
    onTestFinished(() => watched.mockRestore())
    const [one, other] = [0, 1].map(() => {
      const relay = createRelay({ port: 0, host: '127.0.0.1', admin: { port: 0, host: '127.0.0.1' } })
      onTestFinished(() => relay.close())
      return relay
    })
    const served = async (relay = one) => {
      const answer = await fetch(`http://127.0.0.1:${(await relay?.listen())?.adminPort}/metrics`)
      const all = samples(await answer.text())
      return [all.get('rxcall_connections'), Number(all.get('process_resident_memory_bytes')) > 0]
    }
    expect(await served()).toEqual([0, true])
    await one?.close()
    expect(await served()).toEqual([0, true])
    expect(await served(other)).toEqual([0, true])
    expect(watched.mock.calls.length).toBeLessThanOrEqual(1)
  })

  it('cannot be served when their port is in use, and leave nothing open', async () => {
    const { url } = await startRelay()
    const relay = createRelay({
      port: 0,
      host: '127.0.0.1',
      admin: { port: Number(new URL(url).port), host: '127.0.0.1' },
    })
    for (let tries = 0; tries < 2; tries += 1)
      await expect(relay.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await relay.close()
  })
})
