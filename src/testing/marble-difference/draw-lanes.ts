import { pause } from '../marble-diagram/marble-lanes.ts'

/** The maximum length of a line, unless the marked column alone is longer. */
const LENGTH = 110

/** A millisecond in which something happens, and the symbols of each lane in it. */
export interface Column {
  readonly frame: number
  readonly cells: readonly string[]
}

export interface Lanes {
  readonly names: readonly string[]
  readonly columns: readonly Column[]
  /** Whether something happens before the first column, or after the last one. */
  readonly more?: { readonly before: boolean; readonly after: boolean }
  /** Which column is marked, and which character of its cells. */
  readonly mark: { readonly column: number; readonly offset: number }
}

/** The lines, and the columns that they show. */
export interface Drawing {
  readonly lines: readonly string[]
  readonly columns: readonly Column[]
}

/**
 * Draws marble lanes below each other, aligned, with `^` below the mark. Leaves out columns far from the mark if the
 * lines would be too long. Then `…` stands for them, and the last line says which time is drawn.
 */
export function drawLanes(lanes: Lanes): Drawing {
  const { names, mark } = lanes
  const width = Math.max(...names.map(({ length }) => length)) + 2
  const shown = fit(lanes, LENGTH - width)
  const { columns, more } = shown
  const slots = slotsOf(shown)
  const marked = slots[shown.mark.column]?.gap.length ?? 0
  const indent = width + lengthOf(slots.slice(0, shown.mark.column)) + marked + mark.offset
  const lines = [
    ...names.map((name, lane) => (name.padEnd(width) + lineOf(lane, shown, slots)).trimEnd()),
    `${' '.repeat(indent)}^`,
  ]
  const isCut = more?.before === true || more?.after === true
  const bounds = `drawn from ${columns[0]?.frame} ms to ${columns.at(-1)?.frame} ms`
  return { lines: isCut ? [...lines, bounds] : lines, columns }
}

function lengthOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { gap, width }) => sum + gap.length + width, 0)
}

/** The lanes with as many columns around the mark as fit into the length. */
function fit(lanes: Lanes, length: number): Lanes {
  const { columns, mark, more } = lanes
  const part = (from: number, to: number): Lanes => ({
    ...lanes,
    columns: columns.slice(from, to),
    more: { before: more?.before === true || from > 0, after: more?.after === true || to < columns.length },
    mark: { ...mark, column: mark.column - from },
  })
  const fits = (from: number, to: number) => lengthOf(slotsOf(part(from, to))) + ' …'.length <= length
  let [from, to] = [mark.column, mark.column + 1]
  for (let size = 0; size < to - from;) {
    size = to - from
    if (from > 0 && fits(from - 1, to)) from--
    if (to < columns.length && fits(from, to + 1)) to++
  }
  return part(from, to)
}

/** How a column is drawn: the time before it, and what fills the shorter cells. */
interface Slot {
  readonly gap: string
  readonly width: number
  readonly fill: '-' | ' '
}

/** In marbles, each character of a group takes a millisecond. So does a filled cell, if nothing else happens so soon. */
function slotsOf({ columns, more }: Lanes): Slot[] {
  let end = Math.min(0, columns[0]?.frame ?? 0)
  return columns.map(({ frame, cells }, index) => {
    const width = Math.max(1, ...cells.map(({ length }) => length))
    const next = columns[index + 1]?.frame ?? Infinity
    const isFree = next - frame >= width
    const isCut = index === 0 && more?.before === true
    const gap = isCut ? '… ' : pause(frame - end, index === 0)
    end = frame + (isFree ? width : 1)
    return { gap, width, fill: isFree ? '-' : ' ' }
  })
}

function lineOf(lane: number, { columns, more }: Lanes, slots: readonly Slot[]): string {
  const last = columns.findIndex(({ cells }) => /[|#!]/.test(cells[lane] ?? ''))
  const isOver = (column: number) => last !== -1 && column > last
  const texts = columns.map(({ cells }, column) => {
    const { gap = '', width = 1, fill = '-' } = slots[column] ?? {}
    const before = isOver(column) ? ' '.repeat(gap.length) : gap
    const cell = cells[lane] ?? ''
    const text = cell === '' && !isOver(column) ? '-' : cell
    return before + text.padEnd(width, isOver(column + 1) || column === columns.length - 1 ? ' ' : fill)
  })
  return texts.join('') + (more?.after === true && last === -1 ? ' …' : '')
}
