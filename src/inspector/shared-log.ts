import {
  asyncScheduler,
  filter,
  fromEvent,
  map,
  merge,
  Observable,
  Subscription,
  throttleTime,
  type SchedulerLike,
} from 'rxjs'
import type { CallLog, LogChange, LogItem } from '../inspect/index.ts'
import { isHello, readLogChange, type Posted } from './posted.ts'

/** Anything that has a log to watch, such as what `inspect()` returns. */
export interface WatchedLog {
  /** The log as it is, then what changes. */
  readonly change$: Observable<LogChange>
}

/** Viewers that ask more often than this wait, in milliseconds: a whole log is large. */
const SNAPSHOT_MS = 200

/**
 * Returns a random name for {@link shareLog}: 128 bits in hexadecimal. Nobody can guess it.
 *
 * @example
 * const name = newLogName()
 * shareLog(inspection, name)
 */
export function newLogName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Shares a log with other tabs of the same origin that know `name`. Posts the whole log whenever a viewer arrives, then
 * everything that is added. Viewers can only read: apart from their hello, whatever they post is ignored.
 *
 * Nothing more is posted once the returned subscription is unsubscribed.
 *
 * @example
 * const name = newLogName()
 * const sharing = shareLog(inspection, name)
 * open(`./lab/#watch=${name}`, '_blank', 'noopener')
 */
export function shareLog(
  { change$ }: WatchedLog,
  name: string,
  scheduler: SchedulerLike = asyncScheduler,
): Subscription {
  const channel = new BroadcastChannel(channelName(name))
  const post = (change: LogChange) => {
    const posted: Posted = { type: 'change', change }
    channel.postMessage(posted)
  }
  let log: (CallLog & { readonly items: LogItem[] }) | undefined
  /** Items are part of the next snapshot while one is due. */
  let isDue = false
  const sharing = new Subscription(() => channel.close())
  const hello$ = fromEvent<MessageEvent<unknown>>(channel, 'message').pipe(
    filter(({ data }) => isHello(data)),
    map(() => undefined),
  )
  const snapshot$ = new Observable<undefined>((subscriber) =>
    change$.subscribe({
      next: (change) => {
        if (change.type === 'log') {
          log = { ...change.log, items: [...change.log.items] }
          subscriber.next(undefined)
        } else {
          log?.items.push(change.item)
          if (!isDue) post(change)
        }
      },
      error: (thrown: unknown) => subscriber.error(thrown),
    }),
  )
  sharing.add(
    merge(snapshot$, hello$)
      .pipe(
        map(() => void (isDue = true)),
        throttleTime(SNAPSHOT_MS, scheduler, { leading: true, trailing: true }),
      )
      .subscribe({
        next: () => {
          isDue = false
          if (log) post({ type: 'log', log })
        },
        error: () => sharing.unsubscribe(),
      }),
  )
  return sharing
}

/**
 * Watches a log that another tab shares under `name`. Emits the whole log once that tab answers, and then each change.
 * Emits another whole log when one takes its place. What is not a log is ignored, because any page of this origin could
 * post it. Never completes. Unsubscribing closes the channel.
 *
 * @example
 * watchedLog(name).subscribe((change) => show(change))
 */
export function watchedLog(name: string): Observable<LogChange> {
  return new Observable((subscriber) => {
    const channel = new BroadcastChannel(channelName(name))
    const read = readLogChange()
    subscriber.add(() => channel.close())
    subscriber.add(
      fromEvent<MessageEvent<unknown>>(channel, 'message')
        .pipe(
          map(({ data }) => read(data)),
          filter((change) => change !== undefined),
        )
        .subscribe(subscriber),
    )
    const hello: Posted = { type: 'hello' }
    channel.postMessage(hello)
  })
}

const channelName = (name: string): string => `rxcall-log-${name}`
