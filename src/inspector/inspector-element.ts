import { merge, of, Subscription, switchMap, tap, type Observable } from 'rxjs'
import { latestInspection$, type CallLog } from '../inspect/index.ts'
import { drawing } from './drawing.ts'
import { make } from './dom.ts'
import { eventDetails } from './event-details.ts'
import { eventTable } from './event-table.ts'
import { exportPanel } from './export-panel.ts'
import { liveTimeline, type LiveTimeline } from './live-timeline.ts'
import { InspectorModel } from './model.ts'
import { openViewer } from './open-viewer.ts'
import type { WatchedLog } from './shared-log.ts'
import { addStyles } from './styles.ts'
import type { Marble, Timeline } from './timeline.ts'
import { timelineOf, sideNames } from './timeline-of.ts'
import { toolbar } from './toolbar.ts'

// A server has no elements. It may import this module, but defines nothing.
const Base = typeof HTMLElement === 'undefined' ? (Object as unknown as typeof HTMLElement) : HTMLElement

/** The log of one client, or the logs of both sides of a call. */
type Watched = WatchedLog | readonly WatchedLog[]

/**
 * The element `<rxcall-inspector>`: draws the logs of calls as timelines, and shows each event with its cause. It shows
 * the first of these that is set: `timeline`, `logs`, `inspection`. Without any, it shows the inspection of the client
 * that was created last in the page. It subscribes only while it is connected.
 *
 * @example
 * const inspector = document.createElement('rxcall-inspector')
 * inspector.inspection = inspection
 * document.body.append(inspector)
 */
export class RxcallInspector extends Base {
  static readonly observedAttributes = ['at']

  #model = new InspectorModel(() => this.#schedule())
  #parts: ReturnType<RxcallInspector['create']> | undefined
  #timeline: Timeline | undefined
  #logs: readonly CallLog[] | undefined
  #inspection: Watched | undefined
  /** What is shown at present, without those that are not. */
  #live: LiveTimeline | undefined
  #watched: readonly WatchedLog[] = []
  #connection: Subscription | undefined
  #source = new Subscription()
  #frame: number | undefined
  #notified: Marble | undefined
  #hasChanged = false

  /** What `inspect()` returned, or several of them as the sides of one call; undefined for the page's latest. */
  get inspection(): Watched | undefined {
    return this.#inspection
  }
  set inspection(inspection: Watched | undefined) {
    this.#inspection = inspection
    this.#read()
  }

  /** Logs that do not change, a side each. */
  get logs(): readonly CallLog[] | undefined {
    return this.#logs
  }
  set logs(logs: readonly CallLog[] | undefined) {
    this.#logs = logs
    this.#read()
  }

  /** Any timeline. It cannot be exported. */
  get timeline(): Timeline | undefined {
    return this.#timeline
  }
  set timeline(timeline: Timeline | undefined) {
    this.#timeline = timeline
    this.#read()
  }

  /** Where the playhead is, in milliseconds after the timeline began; undefined for none. Also an attribute. */
  get at(): number | undefined {
    return this.#model.at
  }
  set at(at: number | undefined) {
    this.#model.setPlayhead(at !== undefined && Number.isFinite(at) ? at : undefined)
  }

  /** The selected event; undefined if none is. Setting it emits no `select`. */
  get selected(): Marble | undefined {
    return this.#model.selected
  }
  set selected(marble: Marble | undefined) {
    this.#notified = marble
    this.#model.select(marble)
  }

  attributeChangedCallback(_name: string, _before: string | null, value: string | null): void {
    this.at = value === null || value === '' ? undefined : Number(value)
  }

  connectedCallback(): void {
    this.#parts ??= this.create()
    const { drawn } = this.#parts
    const redraw = () => this.#schedule()
    const resized = new ResizeObserver(redraw)
    resized.observe(drawn.element)
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((each) =>
      matchMedia(each),
    )
    for (const query of queries) query.addEventListener('change', redraw)
    this.#connection = new Subscription(() => {
      resized.disconnect()
      for (const query of queries) query.removeEventListener('change', redraw)
      if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
      this.#frame = undefined
    })
    this.#read()
  }

  disconnectedCallback(): void {
    this.#connection?.unsubscribe()
    this.#connection = undefined
  }

  /** Reads what is to be shown, and subscribes to it. */
  #read(): void {
    this.#source.unsubscribe()
    this.#live = undefined
    this.#watched = []
    if (this.#connection === undefined) return
    this.#model.isLive = !this.#timeline && !this.#logs
    if (this.#timeline) this.#model.show(this.#timeline)
    else if (this.#logs) this.#model.show(timelineOf(this.#logs))
    else this.#subscribe()
    this.#schedule()
  }

  #subscribe(): void {
    const given = this.#inspection
    const watched$: Observable<Watched | undefined> = given === undefined ? latestInspection$ : of(given)
    const changed = () => {
      this.#hasChanged = true
      this.#schedule()
    }
    this.#source = watched$
      .pipe(
        switchMap((watched = []) => {
          const live = liveTimeline()
          this.#live = live
          this.#watched = isList(watched) ? watched : [watched]
          changed()
          return merge(
            ...this.#watched.map(({ change$ }, side) =>
              change$.pipe(tap((change) => live.change(side, change))),
            ),
          )
        }),
      )
      .subscribe({ next: changed, error: changed })
    this.#connection?.add(this.#source)
  }

  /** Draws before the next frame, once for any number of changes. */
  #schedule(): void {
    if (this.#connection === undefined) return
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined
      this.#render()
    })
  }

  #render(): void {
    if (!this.#parts) return
    if (this.#hasChanged && this.#live) {
      this.#hasChanged = false
      // This schedules another frame only if something else changes, too.
      this.#model.show(this.#live.timeline())
      if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
      this.#frame = undefined
    }
    const { root, drawn, bar, details, table, panel } = this.#parts
    bar.update(this.#shownLogs().length > 0)
    panel.update()
    root.classList.toggle('dark', drawn.update())
    details.update(this.#model.timeline, this.#model.selected)
    table.update()
    if (this.#model.selected === this.#notified) return
    this.#notified = this.#model.selected
    this.dispatchEvent(new CustomEvent('select', { detail: this.#model.selected }))
  }

  #shownLogs(): readonly CallLog[] {
    if (this.#timeline) return []
    return this.#logs ?? this.#live?.logs() ?? []
  }

  /** Opens the viewer; undefined if there is none, or nothing to watch. */
  #watch(): (() => void) | undefined {
    const viewer = this.getAttribute('viewer')
    const watched = this.#watched
    return viewer === null || watched.length === 0 ? undefined : () => openViewer(viewer, watched)
  }

  private create() {
    const shadow = this.attachShadow({ mode: 'open' })
    addStyles(shadow)
    const model = this.#model
    const select = (marble: Marble) => model.select(marble)
    const panel = exportPanel({
      logs: () => this.#shownLogs(),
      names: () => sideNames(model.timeline.sides),
      watch: () => this.#watch(),
    })
    const drawn = drawing(model)
    const details = eventDetails(select)
    const table = eventTable(model, select)
    const bar = toolbar(model, { exports: panel.element, showTable: table.show })
    const below = make('div', { class: 'below' }, details.element, table.element)
    const root = make('div', { class: 'root', part: 'root' }, ...bar.parts, drawn.element, below)
    shadow.append(root)
    return { root, drawn, bar, details, table, panel }
  }
}

const isList = (watched: Watched): watched is readonly WatchedLog[] => Array.isArray(watched)

declare global {
  interface HTMLElementTagNameMap {
    'rxcall-inspector': RxcallInspector
  }
}

/**
 * Defines `<rxcall-inspector>`, unless it is defined already. Importing `rxcall/inspector` does this. Does nothing
 * outside of a browser.
 *
 * @example
 * defineInspector()
 */
export function defineInspector(): void {
  if (typeof customElements === 'undefined' || customElements.get('rxcall-inspector')) return
  customElements.define('rxcall-inspector', RxcallInspector)
}
