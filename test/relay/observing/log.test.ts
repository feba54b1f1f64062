import { describe, expect, it } from 'vitest'
import { logLine, type LogEntry } from '../../../server/index.ts'
import type { OutgoingMessage } from '../../../src/core/protocol/index.ts'
import { connect, invite, randomId, refusalOf, startRelay } from '../support/relay-fixture.ts'

describe('the log', () => {
  const logged = async (logAddresses: boolean) => {
    const entries: LogEntry[] = []
    const { url } = await startRelay({ log: (entry) => entries.push(entry), logAddresses })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await refusalOf(url, { name: 'alice', party: randomId(), secret: randomId() })
    const call = invite('bob')
    const hangUp: OutgoingMessage = { ...call, type: 'hang-up', seq: 2, body: { reason: 'hung-up' } }
    const secret = 'v=0 a=ice-pwd:secret'
    for (const message of [
      call,
      { ...call, type: 'offer', seq: 1, body: { sdp: secret } } satisfies OutgoingMessage,
      hangUp,
    ])
      await alice.send(message)
    bob.socket.disconnect()
    await alice.saw(([, change]) => (change as { type?: string }).type === 'left')
    return { entries, call }
  }

  it('reports connections, refusals and ends of calls, without descriptions or addresses', async () => {
    const { entries, call } = await logged(false)
    expect(entries).toEqual([
      { event: 'connected', user: 'alice' },
      { event: 'connected', user: 'bob' },
      { event: 'refused', code: 'name-taken' },
      {
        event: 'call',
        call: call.callId.slice(0, 8),
        outcome: 'hung-up',
        media: { audio: true, video: true },
        ringMs: expect.any(Number) as unknown,
      },
      { event: 'disconnected', user: 'bob', reason: 'client namespace disconnect' },
    ])
    expect(entries.map(logLine).join('\n')).not.toMatch(/127\.0\.0\.1|secret/)
  })

  it('contains addresses if configured', async () => {
    const { entries } = await logged(true)
    expect(entries.slice(0, 3)).toEqual([
      { event: 'connected', user: 'alice', address: '127.0.0.1' },
      { event: 'connected', user: 'bob', address: '127.0.0.1' },
      { event: 'refused', code: 'name-taken', address: '127.0.0.1' },
    ])
  })
})
