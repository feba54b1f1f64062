import { describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../src/core/index.ts'
import type { TraceEntry } from '../../../src/core/trace/index.ts'
import { decodeExcerpt, formatDivergence, replay, virtualId } from '../../../src/testing/index.ts'
import { toBase64Url } from '../../../src/testing/scene/base64url.ts'
import { seededRandom } from '../../../src/testing/simulator/random.ts'
import { recordedCall } from '../support/recorded-world.ts'

const { alice } = recordedCall()
/** The last line of a divergence's description, from `#` on. */
const fragmentOf = (divergence: Parameters<typeof formatDivergence>[0]) =>
  /#excerpt=.*$/.exec(formatDivergence(divergence))?.[0] ?? ''
const timelineOf = (divergence: Parameters<typeof formatDivergence>[0]) => {
  const decoded = decodeExcerpt(fragmentOf(divergence))
  if (!decoded.ok) throw new Error(decoded.problem)
  return decoded.timeline
}
const decode = (value: unknown) => decodeExcerpt(`#excerpt=${toBase64Url(JSON.stringify(value))}`)

/** A recording in which an invite has another time to live. */
const { divergence } = replay(
  alice.map((entry) =>
    entry.type === 'message-sent' && entry.message.type === 'invite'
      ? { ...entry, message: { ...entry.message, ttlMs: 1 } }
      : entry,
  ),
)

describe('the excerpt around a divergence', () => {
  it('has a side for the trace, and one for the pipeline up to where it differs', () => {
    const { sides, marbles, arrows, duration } = timelineOf(divergence)
    expect(sides).toEqual([{ name: 'trace' }, { name: 'pipeline' }])
    expect(marbles.map(({ id }) => id)).toEqual(marbles.map((_, index) => index))
    expect(marbles.map(({ at }) => at)).toEqual(marbles.map(({ at }) => at).sort((a, b) => a - b))
    expect(marbles.filter(({ isError }) => isError)).toMatchObject([
      { side: 0, lane: 'relay out', label: 'invite', detail: { differsIn: ['message.ttlMs'] } },
      { side: 1, lane: 'relay out', label: 'invite', detail: { differsIn: ['message.ttlMs'] } },
    ])
    const differing = marbles.find(({ isError }) => isError)
    expect(marbles.some(({ side, at }) => side === 0 && at > (differing?.at ?? 0))).toBe(true)
    expect(marbles.every(({ side, at }) => side === 0 || at <= (differing?.at ?? 0))).toBe(true)
    expect(arrows).toEqual([])
    expect(duration).toBe(marbles.at(-1)?.at)
  })

  it('holds no names', () => {
    const json = JSON.stringify(timelineOf(divergence))
    expect(JSON.stringify(divergence)).toContain('bob')
    expect(json).toContain('"call"')
    expect(json).not.toMatch(/alice|bob/)
  })

  it('shows a pipeline that does nothing, and a trace that ends', () => {
    const trace = divergence?.trace ?? []
    const still = timelineOf({ index: 3, expected: trace[3], actual: undefined, trace })
    expect(still.marbles.find(({ side, isError }) => side === 1 && isError)?.label).toBe('nothing')
    const ended = timelineOf({ index: trace.length, expected: undefined, actual: trace[3], trace })
    expect(ended.marbles.find(({ side, isError }) => side === 0 && isError)?.label).toBe(
      'the trace ends here',
    )
  })

  it('fits into an address, however long the trace is and whatever is in it', () => {
    const self = { user: 'alice', party: virtualId(1) }
    const state = '\u0000'.repeat(100_000) as 'new'
    const trace: TraceEntry[] = [
      { at: 0, type: 'trace', version: 1, startedAt: 0, settings: defaultSettings },
      { at: 0, type: 'signaling-event', event: { type: 'online', self } },
      ...Array.from({ length: 1_000 }, (_, at): TraceEntry => ({
        at,
        type: 'peer-event',
        peer: 1,
        event: { type: 'connection-state', state },
      })),
    ]
    const fragment = fragmentOf({ index: 500, expected: trace[500], actual: undefined, trace })
    expect(fragment.length).toBeLessThan(8_192)
    expect(decodeExcerpt(fragment).ok).toBe(true)
  })
})

describe('a fragment without a valid excerpt', () => {
  const marble = { lane: 'facts', at: 1, label: 'x' }
  const excerpt = { trace: [marble], differs: 0, properties: [] }

  it('is refused with the reason', () => {
    expect(decode(excerpt).ok).toBe(true)
    for (const wrong of [
      { ...excerpt, trace: [] },
      { ...excerpt, differs: 1 },
      { ...excerpt, trace: [{ ...marble, lane: 'cellar' }] },
      { ...excerpt, trace: [{ ...marble, label: 'x'.repeat(61) }] },
      { ...excerpt, trace: Array(42).fill(marble) as unknown },
      { ...excerpt, extra: 1 },
    ])
      expect(decode(wrong)).toMatchObject({
        ok: false,
        problem: expect.stringContaining('Create it again') as string,
      })
    expect(decodeExcerpt('#scene=abc')).toMatchObject({ ok: false })
  })

  it('never makes decoding throw', () => {
    const random = seededRandom(3)
    const fragment = fragmentOf(divergence)
    for (let round = 0; round < 500; round++) {
      const place = random.int(0, fragment.length)
      const noise = String.fromCharCode(random.int(0, 0xffff))
      const decoded = decodeExcerpt(
        fragment.slice(0, place) + noise + fragment.slice(place + random.int(0, 2)),
      )
      if (!decoded.ok) expect(decoded.problem).toMatch(/\.$/)
    }
  })
})
