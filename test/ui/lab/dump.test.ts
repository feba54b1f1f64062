import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { explainDump } from '../../../src/ui/lab/dump/explain-dump.ts'
import { readDumpFile } from '../../../src/ui/lab/dump/read-dump-file.ts'
import { readDump, type Dump } from '../../../src/ui/lab/dump/read-dump.ts'
import { timelineOfDump } from '../../../src/ui/lab/dump/timeline-of-dump.ts'

type Update = readonly [type: string, value?: unknown]

const offer = { type: 'offer', sdp: 'v=0\r\n' }
const answer = { type: 'answer', sdp: 'v=0\r\n' }
const candidate = (type: string) => ({ candidate: `candidate:1 1 udp 1 240.0.0.1 9 typ ${type}` })

/** A dump as Chromium writes it today, one event each 10 ms. */
const dumpOf = (...logs: readonly (readonly Update[])[]) => ({
  UserAgent: 'made up',
  getUserMedia: [] as object[],
  PeerConnections: Object.fromEntries(
    logs.map((log, index) => [
      `7-${index + 1}`,
      {
        pid: 7,
        url: 'https://calls.example/',
        rtcConfiguration: '{}',
        stats: {},
        updateLog: log.map(([type, value], place) => ({
          type,
          value: value === undefined ? '' : JSON.stringify(value),
          timestamp: 1_000_000 + place * 10,
        })),
      },
    ]),
  ),
})
const read = (file: unknown): Dump => {
  const result = readDump(JSON.stringify(file))
  if (!result.ok) throw new Error(result.problem)
  return result.dump
}
const problemsOf = (...log: readonly Update[]) =>
  explainDump(read(dumpOf(log))).flatMap(({ isProblem, text }) => (isProblem ? [text] : []))

const called: readonly Update[] = [
  ['setLocalDescription', offer],
  ['onsignalingstatechange', 'have-local-offer'],
]
const answered: readonly Update[] = [
  ...called,
  ['setRemoteDescription', answer],
  ['onsignalingstatechange', 'stable'],
]
const checking: readonly Update[] = [
  ...answered,
  ['onicecandidate', candidate('host')],
  ['addIceCandidate', candidate('host')],
  ['oniceconnectionstatechange', 'checking'],
  ['onconnectionstatechange', 'connecting'],
]
const connected: readonly Update[] = [
  ...checking,
  ['oniceconnectionstatechange', 'connected'],
  ['onconnectionstatechange', 'connected'],
]

describe('a dump explains', () => {
  it.each<[string, readonly Update[], RegExp]>([
    ['that negotiation never began', [['ontransceiveradded']], /never began/],
    ['that an offer got no answer', called, /got no answer/],
    ['that an offer was not answered', [['setRemoteDescription', offer]], /no answer was made/],
    [
      'glare',
      [...called, ['setRemoteDescription', offer], ['setRemoteDescriptionOnFailure', 'InvalidStateError']],
      /glare/,
    ],
    [
      'a description that failed',
      [
        ['setRemoteDescription', offer],
        ['setRemoteDescriptionOnFailure', 'OperationError: bad line'],
      ],
      /setRemoteDescription failed\. OperationError: bad line/,
    ],
    ['that this side found no candidate', answered, /found no candidate/],
    [
      'that no candidate arrived',
      [...answered, ['onicecandidate', candidate('host')]],
      /No candidate of the other side/,
    ],
    [
      'that ICE failed without a TURN server',
      [...checking, ['oniceconnectionstatechange', 'failed']],
      /give it a TURN server/,
    ],
    [
      'that ICE failed with one',
      [...checking, ['onicecandidate', candidate('relay')], ['oniceconnectionstatechange', 'failed']],
      /although this side had a TURN server/,
    ],
    ['that DTLS did not finish', [...checking, ['oniceconnectionstatechange', 'connected']], /DTLS/],
    ['that ICE was not done', checking, /still trying/],
    [
      'that the connection was lost and did not recover',
      [...connected, ['oniceconnectionstatechange', 'failed'], ['onconnectionstatechange', 'failed']],
      /did not recover/,
    ],
    [
      'that the connection was lost and came back',
      [
        ...connected,
        ['oniceconnectionstatechange', 'disconnected'],
        ['oniceconnectionstatechange', 'connected'],
      ],
      /lost once, and came back/,
    ],
  ])('%s', (_, log, words) => {
    const problems = problemsOf(...log)

    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(words)
  })

  it('that nothing went wrong, and how long it took', () => {
    const findings = explainDump(read(dumpOf(connected)))

    expect(findings).toEqual([{ isProblem: false, connection: '7-1', text: 'It connected after 90 ms.' }])
  })

  it('that a device could not be opened', () => {
    const dump = {
      ...dumpOf(connected),
      getUserMedia: [{ error: 'NotAllowedError', error_message: 'denied' }, {}],
    }

    expect(explainDump(read(dump))[0]?.text).toContain('NotAllowedError: denied')
  })
})

describe('a dump', () => {
  it('of an older Chromium is read, too', () => {
    const updateLog = [
      { time: '11/30/2026, 9:00:00 PM', type: 'setLocalDescription', value: 'type: offer, sdp: v=0' },
      { time: 'unreadable', type: 'signalingstatechange', value: 'have-local-offer' },
    ]
    const dump = read({ PeerConnections: { '1-1': { updateLog } } })

    expect(explainDump(dump)[0]?.text).toMatch(/got no answer/)
    expect(new Set(dump.connections[0]?.events.map(({ at }) => at)).size).toBe(1)
  })

  it('has a side for each connection, in the order of time', () => {
    const { sides, marbles, duration } = timelineOfDump(read(dumpOf(connected, called)))

    expect(sides).toEqual([{ name: '7-1 https://calls.example/' }, { name: '7-2 https://calls.example/' }])
    expect(marbles.map(({ at }) => at)).toEqual(marbles.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(marbles.map(({ id }) => id)).toEqual(marbles.map((_, index) => index))
    expect(marbles[0]).toMatchObject({ lane: 'peer out', label: 'setLocalDescription offer' })
    expect(marbles.at(-1)).toMatchObject({ lane: 'phase', label: 'connected', at: duration })
    expect(duration).toBe(90)
  })

  it.each([
    ['text', 'hello', /not JSON/],
    ['other JSON', '{"a":1}', /not a dump/],
    ['a list', '[]', /not a dump/],
    ['a dump without connections', '{"PeerConnections":{}}', /no peer connection/],
  ])('that is %s is refused with what to do', (_, json, problem) => {
    const result = readDump(json)

    expect(result.ok ? '' : result.problem).toMatch(problem)
  })

  it('is read from a file, packed or not', async () => {
    const json = JSON.stringify(dumpOf(connected))

    expect(await readDumpFile(new Blob([json]))).toMatchObject({ ok: true })
    expect(await readDumpFile(new Blob([gzipSync(json)]))).toMatchObject({ ok: true })
    const damaged = await readDumpFile(new Blob([gzipSync(json).subarray(0, 40)]))
    expect(damaged.ok ? '' : damaged.problem).toMatch(/damaged/)
  })

  it('that unpacks to something huge is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1_048_576))
    const result = await readDumpFile(new Blob([bomb]))

    expect(result.ok ? '' : result.problem).toMatch(/larger than 64 MB/)
  })
})
