import { linearAxis, squeezedAxis, type Axis } from './axis.ts'
import { bandsOf, rowsOf, type Band, type Rows } from './layout.ts'
import { movedSelection, type Move } from './selection.ts'
import { searcher } from './search.ts'
import type { Lane, Marble, Timeline } from './timeline.ts'
import { atEnd, bounded, fitted, including, panned, zoomed, type View } from './view.ts'

const nothing: Timeline = { sides: [], marbles: [], arrows: [], duration: 0 }
/** From this duration on, pauses of a live log are skipped unless the user says otherwise, in milliseconds. */
const LONG = 10_000
/** Pixels for each millisecond of a live log. */
const LIVE_SCALE = 0.5

/** What the inspector shows, and what its controls do. `changed` is called after each change. */
export class InspectorModel {
  timeline: Timeline = nothing
  axis: Axis = linearAxis(0)
  bands: readonly Band[] = []
  rows: Rows = rowsOf(nothing, new Set())
  view: View | undefined
  /** The width of the lanes, in pixels. */
  width = 600
  selected: Marble | undefined
  /** The ids of the marbles whose lanes are shown. */
  order: readonly number[] = []
  readonly hidden = new Set<Lane>()
  /** The ids that the search found; undefined without a search. */
  matches: ReadonlySet<number> | undefined
  isLive = false
  follows = true
  /** Where a playhead is, in milliseconds. */
  at: number | undefined
  #query = ''
  #search = searcher()
  #skipsPauses: boolean | undefined
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get skipsPauses(): boolean {
    return this.#skipsPauses ?? (!this.isLive || this.timeline.duration > LONG)
  }

  set skipsPauses(skips: boolean) {
    this.#skipsPauses = skips
    this.#readTimeline()
  }

  /** Shows another timeline. Keeps the view, and the selection as far as it is still there. */
  show(timeline: Timeline): void {
    const before = this.selected
    this.timeline = timeline
    this.selected = before && sameMarble(timeline.marbles, before)
    this.#readTimeline()
  }

  #readTimeline(): void {
    const { timeline, view } = this
    const left = view && this.axis.toTime(view.from)
    this.axis = this.skipsPauses
      ? squeezedAxis(timeline.marbles.map(({ at }) => at))
      : linearAxis(timeline.duration)
    if (view && left !== undefined) this.view = { ...view, from: this.axis.toPosition(left) }
    this.bands = bandsOf(timeline)
    this.#readLanes()
  }

  #readLanes(): void {
    const { marbles } = this.timeline
    this.rows = rowsOf(this.timeline, this.hidden)
    this.order = marbles.filter(({ lane }) => !this.hidden.has(lane)).map(({ id }) => id)
    this.#readQuery()
  }

  #readQuery(): void {
    this.matches = this.#query === '' ? undefined : this.#search(this.timeline, this.order, this.#query)
    this.#changed()
  }

  search(query: string): void {
    this.#query = query.trim()
    this.#readQuery()
  }

  showLane(lane: Lane, isShown: boolean): void {
    if (isShown) this.hidden.delete(lane)
    else this.hidden.add(lane)
    this.#readLanes()
  }

  select(marble: Marble | undefined): void {
    this.selected = marble
    if (marble) {
      this.follows = false
      this.reveal(marble.at)
    }
    this.#changed()
  }

  /** Moves the selection. Among what the search found, if `move` is about matches. */
  move(move: Move): Marble | undefined {
    const { timeline, order, matches, selected, hidden } = this
    const marble = movedSelection({ timeline, order, matches, selected, hidden }, move)
    if (marble) this.select(marble)
    return marble
  }

  /** Brings a time into sight. */
  reveal(at: number): void {
    const { axis, width } = this
    this.view = including(this.currentView(), axis.toPosition(at), axis, width)
  }

  follow(follows: boolean): void {
    this.follows = follows
    this.#changed()
  }

  zoom(factor: number, x = this.width / 2): void {
    this.view = zoomed(this.currentView(), factor, x, this.axis, this.width)
    this.#changed()
  }

  pan(pixels: number): void {
    this.follows = false
    this.view = panned(this.currentView(), pixels, this.axis, this.width)
    this.#changed()
  }

  fit(): void {
    this.view = fitted(this.axis, this.width)
    this.#changed()
  }

  setPlayhead(at: number | undefined): void {
    this.at = at
    // Until somebody zooms, everything is in sight.
    if (at !== undefined && this.view) this.reveal(at)
    this.#changed()
  }

  /** The view at the present width. Follows the end while the log is live. */
  currentView(): View {
    const { axis, width, isLive, follows } = this
    const whole = fitted(axis, width)
    const first = isLive ? { ...whole, scale: Math.max(whole.scale, LIVE_SCALE) } : whole
    const view = bounded(this.view ?? first, axis, width)
    return isLive && follows ? atEnd(view, axis, width) : view
  }
}

/** Finds a marble again in another timeline: the same event, or the nearest one that looks like it. */
function sameMarble(marbles: readonly Marble[], wanted: Marble): Marble | undefined {
  const there = marbles[wanted.id]
  if (there?.detail === wanted.detail) return there
  let nearest: Marble | undefined
  for (const marble of marbles) {
    if (marble.detail === wanted.detail) return marble
    const { side, lane, label } = marble
    if (side !== wanted.side || lane !== wanted.lane || label !== wanted.label) continue
    const distance = Math.abs(marble.at - wanted.at)
    if (!nearest || distance < Math.abs(nearest.at - wanted.at)) nearest = marble
  }
  return nearest
}
