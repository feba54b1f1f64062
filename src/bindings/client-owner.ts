import { BehaviorSubject, EMPTY, switchMap, type Observable } from 'rxjs'
import { initialState, type ClientState } from '../core/client-state.ts'
import type { CallClient } from '../core/client.ts'

const verbs = ['call', 'accept', 'decline', 'hangUp', 'media', 'mute', 'hold', 'send', 'dispatch'] as const

/** The actions of a call: the methods of a client that are safe to hand to any component. */
export type CallActions = Pick<CallClient, (typeof verbs)[number]>

/** Holds the client for a tree of components. It exists before the client, and on a server without a client. */
export interface ClientOwner {
  /**
   * Creates the client if there is none, or if the old one is closed. Closes it when the user leaves the page, because
   * the others would otherwise notice only after seconds. A page restored from the back/forward cache gets a new
   * client.
   */
  readonly open: (create: () => CallClient) => void
  /** Closes the client, if there is one, and removes the page's listeners. */
  readonly close: () => void
  /** The client's state; before there is a client, the initial state. */
  readonly snapshot: () => ClientState
  /** Emits whenever {@link snapshot} may have changed. */
  readonly change$: Observable<unknown>
  /** A stream of the client, silent until there is one. */
  readonly stream: <T>(select: (client: CallClient) => Observable<T>) => Observable<T>
  /** The actions of the current client. They throw if there is none. */
  readonly actions: CallActions
}

export function clientOwner(): ClientOwner {
  const client$ = new BehaviorSubject<CallClient | undefined>(undefined)
  const stream = <T>(select: (client: CallClient) => Observable<T>) =>
    client$.pipe(switchMap((client) => (client ? select(client) : EMPTY)))
  const present = (): CallClient => {
    if (client$.value) return client$.value
    throw new Error('no client yet: act in an event handler, or once the component is mounted')
  }
  let makeClient = (): void => undefined
  const closeClient = () => client$.value?.close()
  // The first `pageshow`, of a page that loads, finds an open client.
  const onShow = () => makeClient()
  return {
    open(create) {
      makeClient = () => {
        if ((client$.value?.connection$.value.status ?? 'closed') === 'closed') client$.next(create())
      }
      makeClient()
      addEventListener('pagehide', closeClient)
      addEventListener('pageshow', onShow)
    },
    close() {
      removeEventListener('pagehide', closeClient)
      removeEventListener('pageshow', onShow)
      closeClient()
      client$.next(undefined)
    },
    snapshot: () => client$.value?.snapshot$.value ?? initialState,
    change$: stream(({ snapshot$ }) => snapshot$),
    stream,
    actions: Object.fromEntries(
      verbs.map((verb) => [
        verb,
        (...args: unknown[]): unknown => (present()[verb] as (...args: unknown[]) => unknown)(...args),
      ]),
    ) as unknown as CallActions,
  }
}

/** Whether two selected values are the same, or plain objects or arrays with the same parts. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (!isPlain(one) || !isPlain(other)) return false
  const parts = Object.entries(one)
  return (
    parts.length === Object.keys(other).length &&
    parts.every(([key, part]) => key in other && Object.is(part, other[key]))
  )
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  [Object, Array].includes((value as object | null | undefined)?.constructor as ObjectConstructor)

/**
 * Subscribes, and returns a function that unsubscribes. An error of the stream is a bug in the program, so it is
 * thrown.
 */
export function listen<T>(stream$: Observable<T>, next: (value: T) => void): () => void {
  const error = (thrown: unknown) => {
    throw thrown
  }
  const subscription = stream$.subscribe({ next, error })
  return () => subscription.unsubscribe()
}

/** Shows a stream, unless the element already shows it. Setting the same stream again makes a video flicker. */
export function show(element: HTMLMediaElement, stream: MediaStream | null): void {
  if (element.srcObject !== stream) element.srcObject = stream
}

/** The whole seconds since a time of `Date.now()`, or 0 for no time. */
export const secondsSince = (since: number | undefined): number =>
  since === undefined ? 0 : Math.max(0, Math.floor((Date.now() - since) / 1_000))
