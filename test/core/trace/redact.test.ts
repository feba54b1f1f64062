import { describe, expect, it } from 'vitest'
import { dataMessageTypes } from '../../../src/core/index.ts'
import type { TraceEntry } from '../../../src/core/trace/index.ts'
import { isOfUnknownType } from '../../../src/core/call/data-channel/messages.ts'
import { redactor } from '../../../src/core/trace/redact.ts'
import { chromium, firefox } from '../support/real-sdp.ts'

const offer = (sdp: string): TraceEntry => ({
  at: 0,
  type: 'peer-event',
  peer: 1,
  event: { type: 'description', description: { type: 'offer', sdp } },
})
const sdpOf = (entry: TraceEntry): string =>
  entry.type === 'peer-event' && entry.event.type === 'description' ? entry.event.description.sdp : ''
const received = (message: unknown): TraceEntry => ({
  at: 0,
  type: 'signaling-event',
  event: { type: 'message', message },
})
const candidate = (line: string): TraceEntry => ({
  at: 0,
  type: 'peer-event',
  peer: 1,
  event: {
    type: 'candidate',
    candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'MDyj' },
  },
})
const lineOf = (entry: TraceEntry): string =>
  entry.type === 'peer-event' && entry.event.type === 'candidate'
    ? (entry.event.candidate?.candidate ?? '')
    : ''
const thrown = (message: string): TraceEntry => ({
  at: 0,
  type: 'error',
  error: { error: 'connection-failed', message },
})
const data = (text: string): TraceEntry => ({
  at: 0,
  type: 'peer-event',
  peer: 1,
  event: { type: 'data', data: text },
})

/** Only those lines of a description that redaction changes. */
function changedLines(sdp: string): (readonly [before: string, after: string])[] {
  const before = sdp.split('\r\n')
  const after = sdpOf(redactor()(offer(sdp))).split('\r\n')
  expect(after).toHaveLength(before.length)
  return before.flatMap((line, i) => (line === after[i] ? [] : [[line, after[i] ?? ''] as const]))
}

describe('redactor', () => {
  it('removes addresses, passwords and fingerprints from descriptions of Chromium, and nothing else', () => {
    const changed = new Map(changedLines(chromium))
    expect(Object.fromEntries(changed)).toEqual({
      'c=IN IP4 192.168.178.23': 'c=IN IP4 240.0.0.1',
      'a=candidate:3604566711 1 udp 2122194687 192.168.178.23 54905 typ host generation 0 network-id 1':
        'a=candidate:1 1 udp 2122194687 240.0.0.1 54905 typ host generation 0 network-id 1',
      'a=candidate:499094359 1 udp 2122265343 fd00:1:2::17 35486 typ host generation 0 network-id 2':
        'a=candidate:2 1 udp 2122265343 100::1 35486 typ host generation 0 network-id 2',
      'a=candidate:678659619 1 udp 1685987071 203.0.113.77 54905 typ srflx raddr 192.168.178.23 rport 54905 generation 0 network-id 1':
        'a=candidate:3 1 udp 1685987071 240.0.0.2 54905 typ srflx raddr 240.0.0.1 rport 54905 generation 0 network-id 1',
      'a=ice-pwd:Z2BLmLiNgKWyzkLnoUHsU6ai': 'a=ice-pwd:redacted1xxxxxxxxxxxxxxx',
      'a=fingerprint:sha-256 98:98:69:4A:3D:3A:62:33:46:0B:6B:57:58:4D:20:14:F2:2D:CA:5C:9E:E1:47:C9:58:12:DD:67:FC:5E:42:65': `a=fingerprint:sha-256 ${'00:'.repeat(31)}01`,
    })
  })

  it('removes names, passwords and fingerprints from descriptions of Firefox, and nothing else', () => {
    const changed = new Map(changedLines(firefox))
    expect(Object.fromEntries(changed)).toEqual({
      'a=candidate:0 1 UDP 2122187007 f202fe4a-489d-48e2-8a66-a122f107173a.local 44683 typ host':
        'a=candidate:1 1 UDP 2122187007 host-1.local 44683 typ host',
      'a=candidate:1 1 UDP 2122252543 ed1890b7-6ba4-43a4-a128-49e1188ccb84.local 40548 typ host':
        'a=candidate:2 1 UDP 2122252543 host-2.local 40548 typ host',
      'a=rtcp:56884 IN IP4 f202fe4a-489d-48e2-8a66-a122f107173a.local': 'a=rtcp:56884 IN IP4 host-1.local',
      'a=ice-pwd:debed43e5c92f59a62cb9f5e6f0334fc': 'a=ice-pwd:redacted1xxxxxxxxxxxxxxx',
      'a=fingerprint:sha-256 44:9E:CE:74:B4:AD:D7:B6:4C:3D:F1:A6:87:89:78:80:1A:98:9D:99:B2:E5:A0:00:68:A8:6C:C1:02:71:FA:F8': `a=fingerprint:sha-256 ${'00:'.repeat(31)}01`,
    })
  })

  it('handles every form of candidate, and keeps the user name fragment', () => {
    const redact = redactor()
    const lines = [
      'candidate:1 1 udp 1 10.1.2.3 9 typ host ufrag MDyj',
      'candidate:1 1 udp 1 fe80::1%eth0 9 typ host',
      'candidate:1 1 udp 1 ::ffff:10.1.2.3 9 typ host',
      'candidate:1 1 udp 1 2A02:0db8:1:2:3:4:5:6 9 typ relay raddr 2a02:db8:1:2:3:4:5:6 rport 9',
      'candidate:1 1 udp 1 turn.example.org 9 typ relay raddr 0.0.0.0 rport 0',
      'candidate:1 1 udp 1 10.1.2.3 9 typ srflx raddr nat.example.org rport 9',
      'candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active',
      '',
    ]
    const entries = lines.map((line) => redact(candidate(line)))
    expect(entries.map(lineOf)).toEqual([
      'candidate:1 1 udp 1 240.0.0.1 9 typ host ufrag MDyj',
      'candidate:1 1 udp 1 100::1 9 typ host',
      'candidate:1 1 udp 1 100::2 9 typ host',
      'candidate:1 1 udp 1 100::3 9 typ relay raddr 100::4 rport 9',
      'candidate:1 1 udp 1 host-1.invalid 9 typ relay raddr 0.0.0.0 rport 0',
      'candidate:1 1 udp 1 240.0.0.1 9 typ srflx raddr host-2.invalid rport 9',
      'candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active',
      '',
    ])
    expect(entries[0]).toMatchObject({ event: { candidate: { usernameFragment: 'MDyj', sdpMid: '0' } } })
  })

  it('redacts JSON in a text, and messages of unknown form', () => {
    const redact = redactor()
    const text = JSON.stringify({ body: { sdp: chromium } })
    const plain = sdpOf(redact(offer(chromium)))
    expect(redact(received(text))).toEqual(received(JSON.stringify({ body: { sdp: plain } })))
    expect(redact(received({ odd: [{ deep: 'a=candidate:1 1 udp 1 10.9.9.9 9 typ host' }] }))).toEqual(
      received({ odd: [{ deep: 'a=candidate:4 1 udp 1 240.0.0.3 9 typ host' }] }),
    )
    expect(redact(received('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0/key+='))).toEqual(
      received('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:redacted2xxxxxxxxxxxxxxx'),
    )
  })

  it('removes addresses from the texts of errors, wherever they are', () => {
    const redact = redactor()
    expect(
      redact(
        thrown(
          'connect ECONNREFUSED 10.0.0.7:3000, then [fd00::7]:3000 at nas.local, at 12:34:56 in v9.11.1',
        ),
      ),
    ).toEqual(
      thrown(
        'connect ECONNREFUSED 240.0.0.1:3000, then [100::1]:3000 at host-1.local, at 12:34:56 in v9.11.1',
      ),
    )
    expect(redact({ at: 0, type: 'peer-ended', peer: 1, error: { thrown: 'no route to 10.0.0.7' } })).toEqual(
      {
        at: 0,
        type: 'peer-ended',
        peer: 1,
        error: { thrown: 'no route to 240.0.0.1' },
      },
    )
  })

  it('has a different stand-in for each value, however many there are', () => {
    const redact = redactor()
    const made = Array.from({ length: 70_000 }, (_, n) =>
      lineOf(redact(candidate(`candidate:1 1 udp 1 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} 9 typ host`))),
    )
    expect(new Set(made).size).toBe(70_000)
    expect(lineOf(redact(candidate('candidate:1 1 udp 1 10.0.0.5 9 typ host')))).toBe(made[5])
  })

  it('has the same stand-in for a value in upper and lower case', () => {
    const redact = redactor()
    const both = (value: string) =>
      [value.toLowerCase(), value.toUpperCase()].map((text) => JSON.stringify(redact(thrown(`at ${text}`))))
    for (const value of ['fd00::a', `${'ab:'.repeat(31)}cd`]) {
      const [lower, upper] = both(value)
      expect(lower).toBe(upper)
      expect(lower).not.toContain(value)
    }
  })

  it('changes nothing in a redacted trace', () => {
    const entries = [
      offer(chromium),
      offer(firefox),
      candidate('candidate:7 1 udp 1 turn.example.org 9 typ relay raddr fd00::9 rport 9'),
      thrown('no route to 10.0.0.7 or nas.local'),
      received(JSON.stringify({ sdp: firefox })),
      data(JSON.stringify({ type: 'text', seq: 1, text: 'olá 👋 "10.0.0.1"' })),
      data(JSON.stringify({ type: 'ack', seq: 1 })),
      data('{"type":"text","text":[1,{"type":"text"}]}'),
      data('no JSON'),
    ]
    const once = entries.map(redactor())
    expect(once).not.toEqual(entries)
    expect(once.map(redactor())).toEqual(once)
  })

  it('leaves names and everything else unchanged', () => {
    const entries: TraceEntry[] = [
      { at: 1, type: 'action', action: { type: 'call', user: '10.0.0.1' } },
      { at: 1, type: 'signaling-event', event: { type: 'roster', users: ['nas.local', 'fd00::1', 'bob'] } },
      { at: 1, type: 'id', id: '0123456789abcdef0123456789abcdef' },
    ]
    expect(entries.map(redactor())).toEqual(entries)
  })

  describe('of the texts of the chat', () => {
    const said = 'Olá 👋, a=ice-pwd:x at 10.0.0.1 …'
    const masked = 'xx· 😶xxxxxxxxxxxxxxxxxxxxxxxxxx•'.replaceAll(' ', 'x')
    const json = (text: string) => JSON.stringify({ type: 'text', seq: 1, text })
    const entries = (text: string): TraceEntry[] => [
      { at: 0, type: 'action', action: { type: 'send', id: 't', text } },
      { at: 0, type: 'text', message: { id: 't', from: 'local', text, at: 5, delivery: 'sending' } },
      { at: 0, type: 'peer-command', peer: 1, command: { type: 'send', data: json(text) } },
      data(json(text)),
    ]

    it('keeps only the size, in characters and in bytes', () => {
      const redacted = entries(said).map(redactor())
      const text =
        redacted[0]?.type === 'action' && 'text' in redacted[0].action ? redacted[0].action.text : ''
      expect(text).toBe(masked)
      expect(redacted).toEqual(entries(text))
      expect(new TextEncoder().encode(text)).toHaveLength(new TextEncoder().encode(said).length)
    })

    it('keeps the text if requested', () => {
      expect(entries(said).map(redactor({ texts: true }))).toEqual(entries(said))
    })

    it('keeps the acknowledged numbers', () => {
      const acknowledged = data(JSON.stringify({ type: 'ack', seq: 12 }))
      expect(redactor()(acknowledged)).toEqual(acknowledged)
    })

    it('keeps a report of quality', () => {
      const report = data(JSON.stringify({ type: 'quality', receiving: 'poor', because: ['loss'] }))
      expect(redactor()(report)).toEqual(report)
    })

    it('keeps what makes data unreadable', () => {
      const redact = redactor()
      const texts = ['{"type":"text"}', '{"type":"other","text":"x"}', '[1,null,true]', '{', '', '"s"']
      const after = texts.map((text) => {
        const entry = redact(data(text))
        return entry.type === 'peer-event' && entry.event.type === 'data' ? entry.event.data : undefined
      })
      expect(after).toEqual([
        '{"type":"text"}',
        '{"type":"xxxxx","text":"x"}',
        '[1,null,true]',
        'x',
        '',
        '"x"',
      ])
    })

    it('keeps whether the core knows the type of a message', () => {
      const redact = redactor()
      const masked = (text: string) => {
        const entry = redact(data(text))
        return entry.type === 'peer-event' && entry.event.type === 'data' ? entry.event.data : undefined
      }
      for (const type of dataMessageTypes) {
        expect(isOfUnknownType(masked(JSON.stringify({ type, audio: 'loud' })))).toBe(false)
        expect(isOfUnknownType(masked(JSON.stringify({ type: `${type}s`, audio: 'loud' })))).toBe(true)
      }
    })

    it('handles endlessly nested data', () => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000)
      expect(JSON.stringify(redactor()(data(deep))).length).toBeLessThan(200)
    })
  })
})
