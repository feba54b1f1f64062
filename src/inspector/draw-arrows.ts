import type { Picture } from './draw.ts'
import { ROW_HEIGHT, rowFinder } from './layout.ts'
import type { Marble } from './timeline.ts'

/** Draws the messages between the sides, and what the selected marble follows from and leads to. */
export function drawArrows(context: CanvasRenderingContext2D, picture: Picture): void {
  const { timeline, palette, rows, axis, view, width, selected } = picture
  const rowOf = rowFinder(rows.rows)
  const [first, last] = [axis.toTime(view.from), axis.toTime(view.from + width / view.scale)]
  const placeOf = (marble: Marble | undefined) => {
    const row = marble && rowOf(marble.side, marble.lane)
    if (!marble || !row) return undefined
    const x = (axis.toPosition(marble.at) - view.from) * view.scale
    return { x, y: row.y + ROW_HEIGHT / 2 }
  }
  const isInSight = (from: Marble | undefined, to: Marble | undefined) =>
    from !== undefined && to !== undefined && from.at <= last && to.at >= first

  const line = (from: Marble | undefined, to: Marble | undefined) => {
    const [begin, end] = [placeOf(from), placeOf(to)]
    if (!begin || !end || !isInSight(from, to)) return
    context.moveTo(begin.x, begin.y)
    context.lineTo(end.x, end.y)
    head(context, begin, end)
  }

  // Arrows that would cover each other are drawn once. Otherwise a long call would take too long.
  const drawn = new Set<number>()
  context.strokeStyle = palette.quiet
  context.lineWidth = 1
  context.beginPath()
  for (const { from, to } of timeline.arrows) {
    const [sent, received] = [timeline.marbles[from], timeline.marbles[to]]
    if (!isInSight(sent, received)) continue
    const [begin, end] = [placeOf(sent), placeOf(received)]
    if (!begin || !end) continue
    const key = keyOf(begin, end)
    if (drawn.has(key)) continue
    drawn.add(key)
    line(sent, received)
  }
  context.stroke()

  const marble = selected === undefined ? undefined : timeline.marbles[selected]
  if (!marble) return
  context.strokeStyle = palette.accent
  context.lineWidth = 2
  context.beginPath()
  if (marble.cause !== undefined) line(timeline.marbles[marble.cause], marble)
  for (const effect of effectsOf(timeline.marbles, marble)) line(marble, effect)
  context.stroke()
}

/** At most this many marbles that one marble caused are drawn or listed. */
export const MAX_EFFECTS = 50

const effects = new WeakMap<Marble, { readonly count: number; readonly found: readonly Marble[] }>()

/** The marbles that follow from this one, in order. */
export function effectsOf(marbles: readonly Marble[], marble: Marble): readonly Marble[] {
  const known = effects.get(marble)
  if (known?.count === marbles.length) return known.found
  const found: Marble[] = []
  for (const each of marbles) {
    if (each.cause === marble.id) found.push(each)
    if (found.length === MAX_EFFECTS) break
  }
  effects.set(marble, { count: marbles.length, found })
  return found
}

interface Point {
  readonly x: number
  readonly y: number
}

/** The same number for arrows that would cover each other. Both ends are within four pixels. */
function keyOf(from: Point, to: Point): number {
  const cell = (x: number) => Math.max(0, Math.min(8_191, (x >> 2) + 2_048))
  return ((cell(from.x) * 8_192 + cell(to.x)) * 2_048 + from.y) * 2_048 + to.y
}

/** Adds an arrow's head, just before the marble at its end. */
function head(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  const tip = { x: to.x - 6 * Math.cos(angle), y: to.y - 6 * Math.sin(angle) }
  for (const turn of [2.6, -2.6]) {
    context.moveTo(tip.x, tip.y)
    context.lineTo(tip.x + 6 * Math.cos(angle + turn), tip.y + 6 * Math.sin(angle + turn))
  }
}
