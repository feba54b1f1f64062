import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
  type RefCallback,
} from 'react'
import type { Observable } from 'rxjs'
import type { ClientState } from '../core/client-state.ts'
import type { CallClient } from '../core/client.ts'
import type { Behavior } from '../core/rx/behavior.ts'
import {
  clientOwner,
  isSame,
  listen,
  secondsSince,
  show,
  type CallActions,
  type ClientOwner,
} from './client-owner.ts'

export type { CallActions } from './client-owner.ts'

export interface CallProviderProps {
  /** Creates the client. Called once for each mounted provider, only in the browser. */
  readonly create: () => CallClient
  readonly children?: ReactNode
}

const Context = createContext<ClientOwner | undefined>(undefined)

// Layout effects run before all other effects, so the children's effects find a client. Servers run neither.
const useMounted = typeof window === 'undefined' ? useEffect : useLayoutEffect

/**
 * Creates a client, provides it to its descendants, and closes it on unmount. Nothing connects during server rendering,
 * or before the component is mounted. The client survives the remounts of StrictMode and hot reload. To replace the
 * client, for example for another user, change the provider's `key`.
 *
 * @example
 * <CallProvider key={name} create={() => createCallClient({ signaling: socketIoSignaling({ name }), peer, media })}>
 *   <Call />
 * </CallProvider>
 */
export function CallProvider({ create, children }: CallProviderProps): ReactNode {
  const [owner] = useState(clientOwner)
  const latest = useRef(create)
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined)
  useMounted(() => {
    latest.current = create
  })
  useMounted(() => {
    clearTimeout(closing.current)
    owner.open(() => latest.current())
    return () => {
      // Deferred, because a component that is remounted at once keeps its client.
      closing.current = setTimeout(() => owner.close())
    }
  }, [owner])
  return createElement(Context.Provider, { value: owner }, children)
}

function useOwner(): ClientOwner {
  const owner = useContext(Context)
  if (!owner) throw new Error('no client here: put a CallProvider around this component')
  return owner
}

/**
 * The client's state, or the part that `select` returns. The component rerenders only when that changes: when it is
 * another value, or an object or array with other parts. During server rendering, it is a client's initial state.
 *
 * @example
 * const { phase } = useCall(({ call }) => call)
 */
export function useCall(): ClientState
export function useCall<T>(select: (state: ClientState) => T): T
export function useCall<T>(select?: (state: ClientState) => T): T | ClientState {
  const { snapshot, change$ } = useOwner()
  const known = useRef<T | ClientState>(undefined)
  const selected = () => {
    const state = snapshot()
    const value = select ? select(state) : state
    if (known.current === undefined || !isSame(known.current, value)) known.current = value
    return known.current
  }
  return useSyncExternalStore(
    useMemo(() => listening(change$), [change$]),
    selected,
    selected,
  )
}

/**
 * The actions of a call. Always the same object, so it is safe in any dependency list. Its methods throw before the
 * provider is mounted, so call them in event handlers and effects.
 *
 * @example
 * const { call, hangUp } = useCallActions()
 */
export const useCallActions = (): CallActions => useOwner().actions

/**
 * Listens to a stream of the client while the component is mounted. Use it for errors and events, which are not state.
 * `next` may be a different function each time.
 *
 * @example
 * useCallStream(({ error$ }) => error$, (error) => toast(error.message))
 */
export function useCallStream<T>(
  select: (client: CallClient) => Observable<T>,
  next: (value: T) => void,
): void {
  const { stream } = useOwner()
  const latest = useRef(next)
  const selected = useRef(select)
  useMounted(() => {
    latest.current = next
  })
  useEffect(() => {
    return listen(
      stream((client) => selected.current(client)),
      (value) => latest.current(value),
    )
  }, [stream])
}

const listening = (stream$: Observable<unknown>) => (changed: () => void) => listen(stream$, changed)

/**
 * The value of a behavior that is not part of the client. The component rerenders when it changes.
 *
 * @example
 * const isOnline = useBehavior(online$)
 */
export function useBehavior<T>(behavior: Behavior<T>): T {
  const value = () => behavior.value
  return useSyncExternalStore(
    useMemo(() => listening(behavior), [behavior]),
    value,
    value,
  )
}

/**
 * The whole seconds since a time of `Date.now()`, such as that of a connected call; 0 for no time. Renders once a second.
 *
 * @example
 * const seconds = useElapsed(call.phase === 'connected' ? call.since : undefined)
 */
export function useElapsed(since: number | undefined): number {
  const [, tick] = useState(0)
  useEffect(() => {
    if (since === undefined) return
    const interval = setInterval(() => tick(Date.now()), 1_000)
    return () => clearInterval(interval)
  }, [since])
  return secondsSince(since)
}

/**
 * A ref for a `video` or `audio` that shows the stream. Sets `srcObject` only when the stream changes.
 *
 * @example
 * <video ref={useVideo(useCall(({ remoteStream }) => remoteStream))} autoPlay playsInline />
 */
export const useVideo = (stream: MediaStream | null): RefCallback<HTMLMediaElement> =>
  useCallback(
    (element: HTMLMediaElement | null) => {
      if (element) show(element, stream)
    },
    [stream],
  )
