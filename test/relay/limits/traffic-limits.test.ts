import { describe, expect, it } from 'vitest'
import { logLine } from '../../../server/observing/log.ts'
import { limits, type OutgoingMessage } from '../../../src/core/protocol/index.ts'
import { frame, text } from '../../attack/support/frames.ts'
import {
  ack,
  connect,
  delivered,
  expectOnlyMessage,
  openSocket,
  randomId,
  rawClient,
  startRelay,
} from '../support/relay-fixture.ts'

/** A relay that records its log, and a WebSocket to it that has sent nothing yet. */
async function stranger(options: Parameters<typeof startRelay>[0] = {}) {
  const lines: string[] = []
  const { relay, url } = await startRelay({ ...options, log: (entry) => lines.push(logLine(entry)) })
  const { tcp, write } = await rawClient(url)
  let heard = ''
  tcp.on('data', (data: Buffer) => (heard += data.toString('latin1')))
  const closed = new Promise<void>((resolve) => tcp.once('close', () => resolve()))
  return { relay, url, lines, tcp, write, closed, heard: () => heard }
}

const claim = (name: string) => `40${JSON.stringify({ name, party: randomId(), secret: randomId() })}`

describe('a ping', () => {
  it('is answered; of many at once, only the last one is', async () => {
    const { tcp, write, heard } = await stranger()
    write(claim('alice'))
    await expect.poll(heard).toContain('"welcome"')
    const pings = Array.from({ length: 1000 }, (_, i) => frame(0x89, Buffer.from(`ping ${i}.`)))
    tcp.write(Buffer.concat(pings))
    await expect.poll(heard).toContain('ping 999.')
    expect(heard()).toContain('ping 0.')
    expect(heard().match(/ping \d+\./g)?.length).toBeLessThan(100)
  })
})

describe('before the claim', () => {
  it('a connection may send as many packets as a client needs', async () => {
    const { tcp, write, lines } = await stranger()
    for (let i = 0; i < 7; i += 1) tcp.write(i % 2 === 0 ? text('3') : frame(0x89, Buffer.alloc(0)))
    write(claim('alice'))
    await expect.poll(() => lines).toEqual(['connected: alice'])
  })

  it.each([
    ['one packet more', () => [...Array<Buffer>(9).fill(text('3'))]],
    [
      'one frame more that Engine.IO never sees',
      () => [...Array<Buffer>(9).fill(frame(0x8a, Buffer.alloc(0)))],
    ],
    ['more bytes', () => [text(`40/${'x'.repeat(17_000)},`)]],
    ['more bytes of a packet that has no end', () => [text(`40/${'x'.repeat(60_000)},`).subarray(0, 17_000)]],
  ])('%s end the connection, with the reason in the log and the metrics', async (_, packets) => {
    const { relay, tcp, lines, closed } = await stranger()
    tcp.write(Buffer.concat(packets()))
    await closed
    expect(lines).toEqual(['refused a connection: flood'])
    expect(await relay.metrics()).toContain('rxcall_refusals_total{code="flood"} 1\n')
  })

  it('the packets of polls are counted as well', async () => {
    const { url, lines } = await stranger()
    const poll = `${url}/socket.io/?EIO=4&transport=polling`
    const { sid } = JSON.parse((await (await fetch(poll)).text()).slice(1)) as { sid: string }
    const body = Array(9).fill('40/x,').join('\x1e')
    await fetch(`${poll}&sid=${sid}`, { method: 'POST', body })
    expect(lines).toEqual(['refused a connection: flood'])
    expect((await fetch(`${poll}&sid=${sid}`)).status).toBe(400)
  })

  it('the longest valid claim is accepted', async () => {
    const { url } = await startRelay({
      authenticate: ({ token }) =>
        token?.length === limits.token
          ? { ok: true, user: '€'.repeat(limits.name) }
          : { ok: false, code: 'not-allowed', problem: 'too short' },
    })
    const socket = openSocket(url, {
      name: '€'.repeat(limits.name),
      room: '€'.repeat(limits.name),
      party: randomId(),
      secret: randomId(),
      token: 'x'.repeat(limits.token),
    })
    await new Promise<unknown>((resolve) => socket.once('welcome', resolve))
  })
})

describe('after the claim', () => {
  it.each([
    ['packets to namespaces that do not exist', '40/x,'],
    ['acknowledgements that nobody asked for', '43999[]'],
  ])('%s count as messages', async (_, packet) => {
    const { relay, url } = await startRelay({ rate: { burst: 3, perSecond: 0 } })
    const [alice] = [await connect(url, 'alice'), await connect(url, 'bob')]
    for (let i = 0; i < 4; i += 1) alice.socket.io.engine.write(packet.slice(1))
    expect(await alice.send(ack('bob'))).toMatchObject({ code: 'too-many-messages' })
    const metrics = await relay.metrics()
    expect(metrics).toContain('rxcall_messages_total{type="invalid",outcome="invalid-message"} 3\n')
    expect(metrics).toContain('rxcall_messages_total{type="invalid",outcome="too-many-messages"} 2\n')
  })

  it('too many bytes end the connection, with the reason in the log and the metrics', async () => {
    const { relay, write, lines, closed } = await stranger({ limits: { bytesPerSecond: 1000 } })
    write(claim('alice'))
    await expect.poll(() => lines).toEqual(['connected: alice'])
    write(`42["message","${'x'.repeat(5000)}"]`)
    await closed
    expect(lines.slice(1)).toEqual(['cut off, as it sends far too much: alice', 'disconnected: alice'])
    expect(await relay.metrics()).toContain('rxcall_disconnects_total{reason="flood"} 1\n')
  })

  it('too many bytes by long polling end it, too', async () => {
    const lines: string[] = []
    const { url } = await startRelay({
      limits: { bytesPerSecond: 1000 },
      log: (entry) => lines.push(logLine(entry)),
    })
    const alice = await connect(url, 'alice', { transports: ['polling'] })
    void alice.send({ ...ack('bob'), callId: 'x'.repeat(5000) })
    await alice.gone
    expect(lines).toContain('cut off, as it sends far too much: alice')
  })

  it('the largest message that may be sent arrives', async () => {
    const { url } = await startRelay()
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const offer = (sdp: string): OutgoingMessage => ({
      v: 1,
      type: 'offer',
      callId: '0'.repeat(32),
      to: { user: 'bob' },
      body: { sdp },
    })
    const sizeOf = (message: OutgoingMessage) => JSON.stringify(message).length
    // The ends of lines are what JSON escapes in a description.
    const lines = Math.floor((limits.message - limits.sdp - sizeOf(offer(''))) / 2)
    const message = offer('\n'.repeat(2 * lines).padEnd(limits.sdp, 'x'))
    expect(limits.message - sizeOf(message)).toBeLessThan(2)
    expect(await alice.send(message)).toEqual({ ok: true })
    await expectOnlyMessage(alice, bob, [delivered(message, alice.self)])
  })
})
