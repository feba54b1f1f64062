import type { Axis } from './axis.ts'

/** The part of the axis that is in sight. */
export interface View {
  /** The position at the left edge. */
  readonly from: number
  /** Pixels for each millisecond of the axis. */
  readonly scale: number
}

/** The widest that a millisecond is drawn, in pixels. */
const MAX_SCALE = 40

/** Shows the whole axis. */
export function fitted(axis: Axis, width: number): View {
  return { from: 0, scale: smallestScale(axis, width) }
}

/** Zooms by `factor`. What is at `x` pixels stays there. */
export function zoomed(view: View, factor: number, x: number, axis: Axis, width: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(smallestScale(axis, width), view.scale * factor))
  return bounded({ from: view.from + x / view.scale - x / scale, scale }, axis, width)
}

/** Moves by pixels: what is at `pixels` comes to the left edge. */
export function panned(view: View, pixels: number, axis: Axis, width: number): View {
  return bounded({ ...view, from: view.from + pixels / view.scale }, axis, width)
}

/** Shows the end of the axis at the same scale. */
export function atEnd(view: View, axis: Axis, width: number): View {
  return bounded({ ...view, from: axis.length }, axis, width)
}

/** Moves by the least that brings a position into sight, with some room beside it. */
export function including(view: View, position: number, axis: Axis, width: number): View {
  const room = Math.min(60, width / 4) / view.scale
  const span = width / view.scale
  const from = Math.min(view.from, position - room)
  return bounded({ ...view, from: Math.max(from, position + room - span) }, axis, width)
}

/** Keeps the view on the axis. */
export function bounded({ from, scale }: View, axis: Axis, width: number): View {
  const wide = Math.max(scale, smallestScale(axis, width))
  return { scale: wide, from: Math.max(0, Math.min(from, axis.length - width / wide)) }
}

function smallestScale({ length }: Axis, width: number): number {
  return Math.min(MAX_SCALE, Math.max(1, width) / Math.max(1, length))
}
