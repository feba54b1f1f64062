import type { Scene, TimelineEntry } from 'rxcall/testing'
import { actionInWords } from '../text/action.ts'
import { faultInWords } from '../text/fault.ts'
import type { Row } from './rows.ts'
import { stack } from './stack.ts'
import type { TimeScale } from './time-scale.ts'

/** An entry of the scene's timeline, as a handle that one can drag. */
export interface Handle {
  /** Its place in the timeline. */
  readonly index: number
  readonly entry: TimelineEntry
  readonly label: string
  readonly x: number
  readonly y: number
  /** For a fault that lasts, how wide its span is. */
  readonly span: number
  /** How high the span is, in pixels; 0 for an action. */
  readonly reach: number
}

/** Where a row is drawn, in pixels from the top. */
export interface RowPlace {
  readonly row: Row
  readonly top: number
  readonly bottom: number
  readonly band: number
}

export interface Layout {
  readonly rows: readonly RowPlace[]
  readonly handles: readonly Handle[]
  readonly height: number
}

export const BAND = 22
/** The height of a line of handles. A handle is as high as a finger can hit (WCAG 2.2, 2.5.8). */
export const LINE = 30
const CHARACTER = 7.2
const PADDING = 26
/** The room for arrows between two rows. */
export const BETWEEN = 152
const AXIS = 26

export const widthOfLabel = (label: string): number => Math.ceil(label.length * CHARACTER + PADDING)

/** Lays out the rows, their handles, and above them the faults that strike everybody. */
export function layOut(scene: Scene, rows: readonly Row[], scale: TimeScale): Layout {
  const entries = scene.scenario.timeline.map((entry, index) => ({ entry, index }))
  const ofAll = entries.filter(({ entry }) => !('client' in entry))
  const top = place(ofAll, scale, AXIS)
  let y = AXIS + top.lines * LINE
  const places: RowPlace[] = []
  const handles: Handle[] = []
  for (const [index, row] of rows.entries()) {
    const own = entries.filter(({ entry }) => 'client' in entry && entry.client === row.client)
    const lines = Math.max(1, place(own, scale, 0).lines)
    // The first row has its handles above, so that they are out of the way of the arrows.
    const isFirst = index === 0
    const start = y
    const band = isFirst ? start + lines * LINE : start
    handles.push(...place(own, scale, isFirst ? start : band + BAND).handles)
    y = start + lines * LINE + BAND
    places.push({ row, top: start, bottom: y, band })
    if (index < rows.length - 1) y += BETWEEN
  }
  const height = y + 8
  const across = top.handles.map((handle) => ({ ...handle, reach: height - handle.y }))
  return { rows: places, handles: [...across, ...handles], height }
}

function place(
  entries: readonly { readonly entry: TimelineEntry; readonly index: number }[],
  scale: TimeScale,
  top: number,
): { readonly lines: number; readonly handles: readonly Handle[] } {
  const extents = entries.map(({ entry }) => {
    const label = labelOf(entry)
    const x = scale.x(entry.at)
    const span = 'ms' in entry ? scale.x(entry.at + entry.ms) - x : 0
    return { x, width: Math.max(span, widthOfLabel(label)), span, label }
  })
  const lines = stack(extents)
  return {
    lines: Math.max(0, ...lines.map((line) => line + 1)),
    handles: entries.map(({ entry, index }, place) => ({
      entry,
      index,
      label: extents[place]?.label ?? '',
      x: extents[place]?.x ?? 0,
      y: top + (lines[place] ?? 0) * LINE,
      span: extents[place]?.span ?? 0,
      reach: 'fault' in entry ? LINE : 0,
    })),
  }
}

/** A few words on a handle, at most 22 characters. */
function labelOf(entry: TimelineEntry): string {
  const label = 'action' in entry ? actionInWords(entry.action) : faultInWords(entry.fault)
  return label.length > 22 ? `${label.slice(0, 21)}…` : label
}
