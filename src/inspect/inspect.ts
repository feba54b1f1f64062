import { BehaviorSubject, defer, Observable, Subject, tap } from 'rxjs'
import { isOpen, type callPipeline, type CallStep } from '../core/index.ts'
import { recorder } from '../core/trace/index.ts'
import { keptLog, type KeptLog } from './kept-log.ts'
import type { CallLog, LogChange, LogItem } from './log-item.ts'
import { logWriter } from './log-writer.ts'
import { namedStages } from './named-stages.ts'

export interface InspectOptions {
  /** How much of a call is kept, in characters of JSON. Default: 1,048,576, which is one mebibyte. */
  readonly maxSize?: number | undefined
}

type Pipeline = typeof callPipeline

/** A pipeline for `createCallClient`, and the log of its present or last call. */
export interface Inspection extends Pipeline {
  /**
   * Emits the log as it is at once, then each item that is added to it. Emits another log when one takes its place:
   * when the next call begins, and when older items had to go. Never completes.
   */
  readonly change$: Observable<LogChange>
  /** The log as it is. */
  readonly log: () => CallLog
}

const MEBIBYTE = 1_048_576
/** While no call is open, a log that grows past this size begins again. */
const IDLE_SIZE = 65_536

const latest$ = new BehaviorSubject<Inspection | undefined>(undefined)

/** The inspection of the client that was created last in this page; emits again for each later one. */
export const latestInspection$: Observable<Inspection | undefined> = latest$.asObservable()

/**
 * Returns a pipeline that keeps the log of its client's present call, or of the last one. An inspector can show it
 * while it grows, and it can be replayed. The log begins while no call is open, with a checkpoint of what the client
 * remembers. A call that begins replaces the log of the one before.
 *
 * At most `maxSize` is kept. Past that, figures of peer connections go first, then the chat, then the oldest items,
 * and the log `isIncomplete`: it can be read, but not replayed. Texts, addresses and secrets are removed before
 * anything is kept. User names stay; {@link withoutNames} removes them.
 *
 * It serves one client at a time, so create one for each. Throws a TypeError if `maxSize` is not a positive number.
 *
 * @example
 * const inspection = inspect()
 * const client = createCallClient({ signaling, peer, media, pipeline: inspection })
 * inspection.change$.subscribe((change) => show(change))
 */
export function inspect({ maxSize = MEBIBYTE }: InspectOptions = {}): Inspection {
  if (!(Number.isFinite(maxSize) && maxSize > 0))
    throw new TypeError(`maxSize is ${String(maxSize)}: expected a positive number of characters`)
  const calls = recorder()
  const item$ = new Subject<LogChange>()
  /** What is shown: the log of the present call, or of the last one. */
  let shown = emptyLog(0, maxSize)
  /** What is written to. It is shown once a call begins in it, or if none has begun before. */
  let written = shown
  const show = () => {
    shown = written
    item$.next({ type: 'log', log: shown.log.read() })
  }
  const add = (item: LogItem) => {
    const isWhole = written.log.add(item)
    if (written === shown && isWhole) item$.next({ type: 'item', item })
    else if (written === shown || !shown.hasCall || written.hasCall) show()
  }

  const pipeline: Pipeline = (action$, ports, env, options) =>
    defer(() => {
      const writer = logWriter(add)
      const begin = () =>
        calls.start((entry) => {
          if (entry.type === 'trace') written = emptyLog(entry.startedAt, maxSize)
          writer.entry(entry)
        })
      let wasOpen = false
      const step = (step: CallStep) => {
        const isNowOpen = isOpen(step.state.call)
        written.hasCall ||= isNowOpen
        writer.step(step)
        if ((wasOpen && !isNowOpen) || (!written.hasCall && written.log.size() > IDLE_SIZE)) begin()
        wasOpen = isNowOpen
      }
      begin()
      latest$.next(inspection)
      const stages = namedStages(options?.stages)
      return calls.pipeline(action$, ports, env, { ...options, stages }).pipe(tap(step))
    })

  const change$ = new Observable<LogChange>((subscriber) => {
    subscriber.next({ type: 'log', log: shown.log.read() })
    return item$.subscribe(subscriber)
  })
  const inspection: Inspection = Object.assign(pipeline, { change$, log: () => shown.log.read() })
  return inspection
}

/** A log, and whether a call has begun in it. */
interface LogOfCall {
  readonly log: KeptLog
  hasCall: boolean
}

const emptyLog = (startedAt: number, maxSize: number): LogOfCall => ({
  log: keptLog(startedAt, maxSize),
  hasCall: false,
})
