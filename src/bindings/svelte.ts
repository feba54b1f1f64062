import type { Observable } from 'rxjs'
import { getContext, onDestroy, setContext } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import type { ClientState } from '../core/client-state.ts'
import type { CallClient } from '../core/client.ts'
import type { Behavior } from '../core/rx/behavior.ts'
import { clientOwner, listen, secondsSince, show, type CallActions } from './client-owner.ts'

export type { CallActions } from './client-owner.ts'

/** A client in a tree of components. */
export interface CallContext extends CallActions {
  /** The client's state. An effect, derived value or template that reads it updates when it changes. */
  readonly state: ClientState
  /** A stream of the client, silent until there is one. Use it for errors and events, which are not state. */
  stream<T>(select: (client: CallClient) => Observable<T>): Observable<T>
}

const key = Symbol('rxcall')

/**
 * Creates a client for this component and its descendants, and closes it with the component. Call this while a
 * component initialises. On a server there is no client: nothing connects, and `state` is the initial state.
 *
 * @example
 * const call = setCall(() => createCallClient({ signaling: socketIoSignaling({ name }), peer, media }))
 * const phase = $derived(call.state.call.phase)
 */
export function setCall(create: () => CallClient): CallContext {
  const { open, close, snapshot, change$, stream, actions } = clientOwner()
  if (typeof window !== 'undefined') open(create)
  onDestroy(close)
  const follow = following(change$)
  const context: CallContext = {
    ...actions,
    stream,
    get state() {
      follow()
      return snapshot()
    },
  }
  return setContext(key, context)
}

/**
 * The client that an ancestor created with {@link setCall}.
 *
 * @example
 * const client = getCall()
 * const { call } = $derived(client.state)
 */
export function getCall(): CallContext {
  const context = getContext<CallContext | undefined>(key)
  if (!context) throw new Error('no client here: call setCall in a component above this one')
  return context
}

/**
 * A behavior as a reactive value. An effect, derived value or template that reads `current` updates when it changes.
 *
 * @example
 * const online = fromBehavior(online$)
 * const label = $derived(online.current ? 'online' : 'offline')
 */
export function fromBehavior<T>(behavior: Behavior<T>): { readonly current: T } {
  const follow = following(behavior)
  return {
    get current() {
      follow()
      return behavior.value
    },
  }
}

/**
 * The whole seconds since a time of `Date.now()`, such as that of a connected call; 0 for no time. Changes once a
 * second while something reads it.
 *
 * @example
 * const seconds = elapsed(() => (call.phase === 'connected' ? call.since : undefined))
 * const label = $derived(`${seconds.current} s`)
 */
export function elapsed(since: () => number | undefined): { readonly current: number } {
  const follow = createSubscriber((changed) => {
    const interval = setInterval(changed, 1_000)
    return () => clearInterval(interval)
  })
  return {
    get current() {
      const from = since()
      if (from !== undefined) follow()
      return secondsSince(from)
    },
  }
}

/**
 * An attachment for a `video` or `audio` that shows the stream. Sets `srcObject` only when the stream changes.
 *
 * @example
 * <video {@attach showStream(call.state.remoteStream)} autoplay playsinline></video>
 */
export const showStream =
  (stream: MediaStream | null) =>
  (element: HTMLMediaElement): void =>
    show(element, stream)

/** Updates readers when the stream emits. Its first value has already been read. */
function following(stream$: Observable<unknown>): () => void {
  return createSubscriber((changed) => {
    let isFirst = true
    const stop = listen(stream$, () => {
      if (!isFirst) changed()
    })
    isFirst = false
    return stop
  })
}
