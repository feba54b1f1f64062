import { describe, expect, it } from 'vitest'
import { logged, type LogItem } from '../../src/inspect/index.ts'
import { InspectorModel } from '../../src/inspector/model.ts'
import { timelineOf } from '../../src/inspector/timeline-of.ts'
import { play } from '../../src/testing/index.ts'

const items: LogItem[] = []
play({
  alice: {
    does: { 30: { type: 'call', user: 'bob' }, 4_000: { type: 'hang-up' } },
    pipeline: logged((item) => items.push(item)),
  },
  bob: { does: { 1_000: { type: 'accept' } } },
})
const timeline = timelineOf([{ startedAt: 0, items, isIncomplete: false }])

describe('the view of the inspector', () => {
  it('has all of a finished run in sight, wherever the playhead is', () => {
    const model = new InspectorModel(() => undefined)
    model.setPlayhead(1_600)
    model.show(timeline)

    const { from, scale } = model.currentView()
    expect(from).toBeLessThanOrEqual(0)
    expect(model.axis.length * scale).toBeLessThanOrEqual(model.width)
  })

  it('skips pauses of a finished run, and shows those of a live one that is short', () => {
    const model = new InspectorModel(() => undefined)
    model.show(timeline)
    const skipped = model.axis.pauses.length
    model.isLive = true
    model.show(timeline)

    expect(skipped).toBeGreaterThan(0)
    expect(model.axis.pauses).toEqual([])
  })

  it('follows the playhead once somebody has zoomed in', () => {
    const model = new InspectorModel(() => undefined)
    model.show(timeline)
    model.zoom(20, 0)
    model.setPlayhead(4_000)

    const { from, scale } = model.currentView()
    const at = model.axis.toPosition(4_000)
    expect(at).toBeGreaterThanOrEqual(from)
    expect((at - from) * scale).toBeLessThanOrEqual(model.width)
  })
})
