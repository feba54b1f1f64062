import { describe, expect, it } from 'vitest'
import { createCallClient, type CallAction } from '../../src/core/index.ts'
import {
  inspect,
  latestInspection$,
  traceIn,
  type CallLog,
  type Inspection,
  type LogChange,
} from '../../src/inspect/index.ts'
import { play, replay, virtualPeers, virtualRelay, fakeMedia, virtualId } from '../../src/testing/index.ts'
import { systemEnv } from '../../src/core/ports/index.ts'

const call: CallAction = { type: 'call', user: 'bob' }
const hangUp: CallAction = { type: 'hang-up' }
const accept: CallAction = { type: 'accept' }

/** alice, who is inspected, calls bob at these times and hangs up 3 s later. */
const callsAt = (inspection: Inspection, times: readonly number[], also: Record<number, CallAction> = {}) =>
  play({
    alice: {
      does: {
        ...also,
        ...Object.fromEntries<CallAction>(
          times.flatMap((at): [number, CallAction][] => [
            [at, call],
            [at + 3_000, hangUp],
          ]),
        ),
      },
      pipeline: inspection,
    },
    bob: { does: Object.fromEntries(times.map((at) => [at + 500, accept])) },
  })
const callsIn = ({ items }: CallLog) =>
  items.filter((item) => item.type === 'step' && item.event.type === 'outgoing').length
const kept = (changes: readonly LogChange[]): CallLog['items'] => {
  const last = changes.findLastIndex(({ type }) => type === 'log')
  return changes.slice(last).flatMap((change) => (change.type === 'log' ? change.log.items : [change.item]))
}

describe('inspect', () => {
  it('keeps the last call, and its trace replays', () => {
    const inspection = inspect()
    callsAt(inspection, [500])

    expect(callsIn(inspection.log())).toBe(1)
    const { divergence } = replay(traceIn(inspection.log()))
    expect(divergence).toBeUndefined()
    expect(inspection.log().isIncomplete).toBe(false)
  })

  it('keeps a call until the next one begins, from a checkpoint', () => {
    const inspection = inspect()
    callsAt(inspection, [500, 20_000])

    const log = inspection.log()
    expect(callsIn(log)).toBe(1)
    expect(traceIn(log)[1]?.type).toBe('checkpoint')
    expect(log.startedAt).toBeGreaterThan(3_500)
    expect(replay(traceIn(log)).divergence).toBeUndefined()
  })

  it('emits what it keeps, and then each change', () => {
    const inspection = inspect()
    const changes: LogChange[] = []
    inspection.change$.subscribe((change) => changes.push(change))
    callsAt(inspection, [500, 20_000])

    expect(changes[0]).toEqual({ type: 'log', log: { startedAt: 0, items: [], isIncomplete: false } })
    expect(kept(changes)).toEqual(inspection.log().items)
    // The beginning of the client, and the beginning of the second call.
    expect(changes.filter(({ type }) => type === 'log')).toHaveLength(3)
    const late: LogChange[] = []
    inspection.change$.subscribe((change) => late.push(change)).unsubscribe()
    expect(late).toEqual([{ type: 'log', log: inspection.log() }])
  })

  it('begins again while idle, so that an idle client keeps little', () => {
    const inspection = inspect()
    const offline = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [1_000 + index * 2_000, 300]),
    )
    play({ alice: { pipeline: inspection } }, { relayCuts: offline })

    expect(JSON.stringify(inspection.log()).length).toBeLessThan(80_000)
    expect(inspection.log().startedAt).toBeGreaterThan(100_000)
  })

  it('drops the chat first when it is full, then the oldest, and says that it is incomplete', () => {
    const texts = Object.fromEntries(
      Array.from({ length: 60 }, (_, index): [number, CallAction] => [
        1_500 + index,
        { type: 'send', id: `text-${index}`, text: 'x'.repeat(200) },
      ]),
    )
    const whole = inspect()
    callsAt(whole, [500], texts)
    const size = JSON.stringify(whole.log().items).length
    const withoutChat = inspect({ maxSize: size * 0.9 })
    callsAt(withoutChat, [500], texts)
    const tiny = inspect({ maxSize: 4_000 })
    callsAt(tiny, [500], texts)

    expect(whole.log().isIncomplete).toBe(false)
    expect(withoutChat.log().isIncomplete).toBe(true)
    expect(callsIn(withoutChat.log())).toBe(1)
    expect(tiny.log().isIncomplete).toBe(true)
    expect(JSON.stringify(tiny.log().items).length).toBeLessThan(4_500)
    expect(traceIn(tiny.log())[0]?.type).toBe('trace')
  })

  it.each([0, -1, NaN, Infinity])('refuses to keep %d', (maxSize) => {
    expect(() => inspect({ maxSize })).toThrow(TypeError)
  })

  it('is the latest of the page once its client is created', () => {
    const seen: (Inspection | undefined)[] = []
    const watching = latestInspection$.subscribe((each) => seen.push(each))
    const inspection = inspect()
    const env = { ...systemEnv, id: () => virtualId(1) }
    const client = createCallClient({
      signaling: virtualRelay(env).port({ user: 'alice', party: virtualId(2) }),
      peer: virtualPeers(env).port,
      media: fakeMedia('alice', env),
      env,
      pipeline: inspection,
    })
    client.close()
    watching.unsubscribe()

    expect(seen.at(-1)).toBe(inspection)
  })
})
