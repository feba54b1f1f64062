import { describe, expect, it } from 'vitest'
import { linearAxis } from '../../src/inspector/axis.ts'
import { bandsOf, rowsOf, spotsOf } from '../../src/inspector/layout.ts'
import { movedSelection } from '../../src/inspector/selection.ts'
import type { Lane, Marble, Timeline } from '../../src/inspector/timeline.ts'

const timelineOf = (marbles: readonly [lane: Lane, at: number, side?: number][]): Timeline => ({
  sides: [{ name: 'alice' }, { name: 'bob' }],
  marbles: marbles.map(([lane, at, side = 0], id): Marble => ({
    id,
    side,
    lane,
    at,
    label: `${lane} ${at}`,
    detail: {},
  })),
  arrows: [],
  duration: 1_000,
})
const timeline = timelineOf([
  ...([
    ['actions', 0],
    ['facts', 0],
    ['facts', 4],
    ['phase', 4],
    ['facts', 100],
  ] as [Lane, number][]),
  ['phase', 300],
  ['actions', 900, 1],
])
const none: ReadonlySet<Lane> = new Set()

describe('marbles in the drawing', () => {
  const spots = (view: { from: number; scale: number }, hidden = none) =>
    spotsOf(timeline, rowsOf(timeline, hidden).rows, linearAxis(1_000), view, 500).map(({ row, x, ids }) => [
      ...[`${row.side} ${row.lane}`, x],
      ids,
    ])

  it('are one spot if they would overlap', () => {
    expect(spots({ from: 0, scale: 0.5 })).toEqual([
      ['0 actions', 0, [0]],
      ['0 facts', 0, [1, 2]],
      ['0 facts', 50, [4]],
      ['1 actions', 450, [6]],
    ])
  })

  it('are left out if they are out of sight, or if their lane is hidden', () => {
    expect(spots({ from: 90, scale: 10 })).toEqual([['0 facts', 100, [4]]])
    expect(spots({ from: 90, scale: 10 }, new Set<Lane>(['facts']))).toEqual([])
  })
})

it('draws each phase until the next one begins', () => {
  expect(bandsOf(timeline)).toEqual([
    { side: 0, id: 3, from: 4, to: 300 },
    { side: 0, id: 5, from: 300, to: 1_000 },
  ])
})

describe('moving the selection', () => {
  const move = (from: number | undefined, by: Parameters<typeof movedSelection>[1], hidden = none) => {
    const order = timeline.marbles.filter(({ lane }) => !hidden.has(lane)).map(({ id }) => id)
    const selected = from === undefined ? undefined : timeline.marbles[from]
    return movedSelection({ timeline, order, hidden, selected, matches: new Set([1, 6]) }, by)?.id
  }

  it('goes from marble to marble, and stops at both ends', () => {
    expect(move(undefined, { by: 1 })).toBe(0)
    expect(move(2, { by: 1 })).toBe(3)
    expect(move(2, { by: 1 }, new Set<Lane>(['phase']))).toBe(4)
    expect(move(6, { by: 20 })).toBe(6)
    expect(move(3, { to: 'first' })).toBe(0)
    expect(move(3, { to: 'last' })).toBe(6)
  })

  it('goes to the nearest marble of the next lane that has one', () => {
    expect(move(4, { to: 'lane below' })).toBe(3)
    expect(move(4, { to: 'lane above' })).toBe(0)
    expect(move(5, { to: 'lane below' })).toBe(6)
    expect(move(6, { to: 'lane below' })).toBeUndefined()
  })

  it('goes round the matches of a search', () => {
    expect(move(2, { to: 'next match' })).toBe(6)
    expect(move(6, { to: 'next match' })).toBe(1)
    expect(move(1, { to: 'previous match' })).toBe(6)
    expect(move(6, { to: 'previous match' })).toBe(1)
  })
})
