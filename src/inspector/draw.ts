import { lastBefore, ticksOf, type Axis } from './axis.ts'
import { drawArrows } from './draw-arrows.ts'
import { drawSpots } from './draw-spots.ts'
import { duration } from './labels.ts'
import { ROW_HEIGHT, type Band, type Rows, type Spot } from './layout.ts'
import type { Palette } from './palette.ts'
import type { Timeline } from './timeline.ts'
import type { View } from './view.ts'

/** Everything that a picture shows. Sizes in pixels. */
export interface Picture {
  readonly timeline: Timeline
  readonly axis: Axis
  readonly view: View
  readonly rows: Rows
  readonly spots: readonly Spot[]
  readonly bands: readonly Band[]
  readonly palette: Palette
  readonly width: number
  /** The width of the lanes' names. */
  readonly names: number
  readonly selected: number | undefined
  /** The ids that a search found; undefined without a search. */
  readonly matches: ReadonlySet<number> | undefined
  /** Where a playhead is, in milliseconds. */
  readonly at: number | undefined
}

export const FONT = '12px ui-sans-serif, system-ui, sans-serif'

/** Draws a picture. Takes time only for what is in sight. */
export function draw(context: CanvasRenderingContext2D, picture: Picture): void {
  const { rows, palette, width, names } = picture
  context.fillStyle = palette.ground
  context.fillRect(0, 0, width, rows.height)
  context.font = FONT
  context.textBaseline = 'middle'
  rows.rows.forEach(({ y }, index) => {
    context.fillStyle = index % 2 === 0 ? palette.stripe : palette.ground
    context.fillRect(0, y, width, ROW_HEIGHT)
  })

  context.save()
  context.beginPath()
  context.rect(names, 0, width - names, rows.height)
  context.clip()
  context.translate(names, 0)
  drawAxis(context, picture)
  drawBands(context, picture)
  drawArrows(context, picture)
  drawSpots(context, picture)
  drawPlayhead(context, picture)
  context.restore()

  context.fillStyle = palette.quiet
  for (const { lane, y } of rows.rows) context.fillText(lane, 8, y + ROW_HEIGHT / 2)
  context.font = `600 ${FONT}`
  context.fillStyle = palette.text
  for (const { side, y } of rows.titles)
    context.fillText(clipped(context, picture.timeline.sides[side]?.name ?? '', width - 16), 8, y + 14)
}

const xOf = ({ axis, view }: Picture, at: number): number => (axis.toPosition(at) - view.from) * view.scale

function drawAxis(context: CanvasRenderingContext2D, picture: Picture): void {
  const { axis, view, rows, palette, width, names } = picture
  const [from, to] = [view.from, view.from + (width - names) / view.scale]
  const [first, last] = [axis.toTime(from), axis.toTime(to)]
  context.strokeStyle = palette.line
  context.lineWidth = 1
  context.fillStyle = palette.quiet
  for (const { at, position } of ticksOf(axis, from, to, 84 / view.scale)) {
    const x = Math.round((position - view.from) * view.scale) + 0.5
    context.beginPath()
    context.moveTo(x, 18)
    context.lineTo(x, rows.height)
    context.stroke()
    context.fillText(duration(at), x + 3, 12)
  }
  const { pauses } = axis
  for (
    let index = Math.max(
      0,
      lastBefore(pauses, (each) => each.from < first),
    );
    index < pauses.length;
    index++
  ) {
    const pause = pauses[index]
    if (!pause || pause.from > last) break
    const [left, right] = [xOf(picture, pause.from), xOf(picture, pause.to)]
    context.setLineDash([2, 4])
    context.strokeRect(left, 20.5, right - left, rows.height)
    context.setLineDash([])
    const text = `⋯ ${duration(pause.to - pause.from)}`
    const space = right - left - context.measureText(text).width
    if (space < 4) continue
    context.fillStyle = palette.ground
    context.fillRect(left + 1, 1, right - left - 2, 19)
    context.fillStyle = palette.quiet
    context.fillText(text, left + space / 2, 12)
  }
}

function drawBands(context: CanvasRenderingContext2D, picture: Picture): void {
  const { bands, rows, palette, timeline, width, selected } = picture
  const rowOfSide = new Map(rows.rows.filter(({ lane }) => lane === 'phase').map((row) => [row.side, row]))
  const lastAt = new Map<number, number>()
  for (const { side, id, from, to } of bands) {
    const row = rowOfSide.get(side)
    const [left, right] = [Math.max(-2, xOf(picture, from)), Math.min(width + 2, xOf(picture, to))]
    if (!row || right < 0 || left > width) continue
    // Of phases within one pixel, the first is drawn. Nobody could see the others.
    const pixel = Math.round(left)
    if (right - left < 1 && lastAt.get(side) === pixel && id !== selected) continue
    lastAt.set(side, pixel)
    const label = timeline.marbles[id]?.label ?? ''
    const [y, height] = [row.y + 2, ROW_HEIGHT - 4]
    const wide = Math.max(2, right - left)
    context.fillStyle = palette.phase(label)
    context.fillRect(left, y, wide, height)
    context.strokeStyle = id === selected ? palette.accent : palette.quiet
    context.lineWidth = id === selected ? 3 : 1
    context.strokeRect(left + 0.5, y + 0.5, wide - 1, height - 1)
    const begin = Math.max(4, left + 6)
    const text = clipped(context, label, right - begin - 4)
    context.fillStyle = palette.text
    if (text !== '') context.fillText(text, begin, row.y + ROW_HEIGHT / 2)
  }
}

function drawPlayhead(context: CanvasRenderingContext2D, picture: Picture): void {
  const { at, palette, rows } = picture
  if (at === undefined) return
  context.fillStyle = palette.error
  context.fillRect(xOf(picture, at) - 1, 0, 2, rows.height)
}

/** The widths of texts in the usual font. Few texts differ. */
const widths = new Map<string, number>()

/** As much of a text as fits into `width` pixels; empty if that is next to nothing. */
export function clipped(context: CanvasRenderingContext2D, text: string, width: number): string {
  let needed = widths.get(text)
  if (needed === undefined) {
    if (widths.size > 5_000) widths.clear()
    needed = context.measureText(text).width
    widths.set(text, needed)
  }
  if (needed <= width) return text
  const fitting = Math.floor((text.length * (width - 10)) / needed)
  return fitting < 3 ? '' : `${text.slice(0, fitting)}…`
}
