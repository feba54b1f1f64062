import { clipped, type Picture } from './draw.ts'
import { ROW_HEIGHT, type Row, type Spot } from './layout.ts'

const RADIUS = 5

/** Draws the marbles with their labels, as far as there is room. An error is a diamond. */
export function drawSpots(context: CanvasRenderingContext2D, picture: Picture): void {
  const { spots, palette, selected, matches, width } = picture
  const next = new Map<Row, number>()
  // From right to left, because a label ends where the next marble in its lane begins.
  for (let index = spots.length - 1; index >= 0; index--) {
    const spot = spots[index]
    if (!spot) continue
    const { row, x, ids, hasError: isError } = spot
    const y = row.y + ROW_HEIGHT / 2
    const isSelected = selected !== undefined && ids.includes(selected)
    const isDim = !isSelected && matches !== undefined && !ids.some((id) => matches.has(id))
    context.globalAlpha = isDim ? 0.25 : 1
    context.fillStyle = isError ? palette.error : palette.lanes[row.lane]
    shape(context, x, y, isError ? RADIUS + 2 : RADIUS, isError)
    context.fill()
    if (ids.length > 1) {
      context.strokeStyle = palette.ground
      context.lineWidth = 1.5
      shape(context, x, y, RADIUS - 2, isError)
      context.stroke()
    }
    if (isSelected) {
      context.strokeStyle = palette.accent
      context.lineWidth = 2.5
      shape(context, x, y, RADIUS + 4, false)
      context.stroke()
    }
    const text = clipped(context, labelOf(picture, spot), (next.get(row) ?? width) - x - 20)
    context.fillStyle = palette.text
    if (text !== '') context.fillText(text, x + 10, y)
    next.set(row, x)
  }
  context.globalAlpha = 1
}

/** The label of the selected marble, or else of the first one, and how many more there are. */
function labelOf({ timeline, selected, matches }: Picture, { ids }: Spot): string {
  const shown = ids.find((id) => id === selected) ?? ids.find((id) => matches?.has(id)) ?? ids[0]
  const label = shown === undefined ? '' : (timeline.marbles[shown]?.label ?? '')
  return ids.length === 1 ? label : `${label} +${ids.length - 1}`
}

function shape(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  isDiamond: boolean,
): void {
  context.beginPath()
  if (!isDiamond) {
    context.arc(x, y, size, 0, 2 * Math.PI)
    return
  }
  context.moveTo(x, y - size)
  context.lineTo(x + size, y)
  context.lineTo(x, y + size)
  context.lineTo(x - size, y)
  context.closePath()
}
