import type { Observable } from 'rxjs'
import {
  getCurrentScope,
  inject,
  onScopeDispose,
  provide,
  shallowRef,
  toValue,
  watchEffect,
  type Directive,
  type InjectionKey,
  type MaybeRefOrGetter,
  type Ref,
} from 'vue'
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

const key: InjectionKey<ClientOwner> = Symbol('rxcall')
/** Owners by the scope that provides them, because `inject` finds only what a parent provides. */
const owners = new WeakMap<object, ClientOwner>()

/**
 * Creates a client for this component and its descendants, and closes it with the component. Call this in `setup`. On a
 * server there is no client, so nothing connects during rendering.
 *
 * @example
 * provideCall(() => createCallClient({ signaling: socketIoSignaling({ name }), peer, media }))
 */
export function provideCall(create: () => CallClient): void {
  const owner = clientOwner()
  const scope = getCurrentScope()
  if (!scope) throw new Error('provideCall was called outside of setup')
  owners.set(scope, owner)
  provide(key, owner)
  if (typeof window !== 'undefined') owner.open(create)
  onScopeDispose(() => owner.close())
}

function useOwner(): ClientOwner {
  const scope = getCurrentScope()
  const owner = (scope && owners.get(scope)) ?? inject(key, undefined)
  if (!owner) throw new Error('no client here: call provideCall in this component or in one above it')
  return owner
}

/**
 * The client's state, or the part that `select` returns, as a shallow ref. It changes only when that is another value,
 * or an object or array with other parts. It is released with the scope.
 *
 * @example
 * const call = useCall(({ call }) => call)
 */
export function useCall(): Readonly<Ref<ClientState>>
export function useCall<T>(select: (state: ClientState) => T): Readonly<Ref<T>>
export function useCall<T>(
  select: (state: ClientState) => T | ClientState = (state) => state,
): Readonly<Ref<T | ClientState>> {
  const { snapshot, change$ } = useOwner()
  const selected = shallowRef(select(snapshot()))
  onScopeDispose(
    listen(change$, () => {
      const value = select(snapshot())
      if (!isSame(selected.value, value)) selected.value = value
    }),
  )
  return selected
}

/**
 * The actions of a call. They throw on a server, where there is no client.
 *
 * @example
 * const { call, hangUp } = useCallActions()
 */
export const useCallActions = (): CallActions => useOwner().actions

/**
 * Listens to a stream of the client until the scope ends. Use it for errors and events, which are not state.
 *
 * @example
 * useCallStream(({ error$ }) => error$, (error) => toast(error.message))
 */
export function useCallStream<T>(
  select: (client: CallClient) => Observable<T>,
  next: (value: T) => void,
): void {
  onScopeDispose(listen(useOwner().stream(select), next))
}

/**
 * The value of a behavior that is not part of the client, as a shallow ref. It is released with the scope.
 *
 * @example
 * const isOnline = useBehavior(online$)
 */
export function useBehavior<T>(behavior: Behavior<T>): Readonly<Ref<T>> {
  const value = shallowRef(behavior.value)
  onScopeDispose(
    listen(behavior, (next) => {
      value.value = next
    }),
  )
  return value
}

/**
 * The whole seconds since a time of `Date.now()`, such as that of a connected call; 0 for no time. Changes once a
 * second.
 *
 * @example
 * const seconds = useElapsed(() => (call.value.phase === 'connected' ? call.value.since : undefined))
 */
export function useElapsed(since: MaybeRefOrGetter<number | undefined>): Readonly<Ref<number>> {
  const seconds = shallowRef(0)
  watchEffect((onCleanup) => {
    const from = toValue(since)
    const count = () => {
      seconds.value = secondsSince(from)
    }
    count()
    if (from === undefined || typeof window === 'undefined') return
    const interval = setInterval(count, 1_000)
    onCleanup(() => clearInterval(interval))
  })
  return seconds
}

/**
 * A directive for a `video` or `audio` that shows a stream. Sets `srcObject` only when the stream changes.
 *
 * @example
 * <video v-call-stream="stream" autoplay playsinline />
 */
export const vCallStream: Directive<HTMLMediaElement, MediaStream | null> = {
  mounted: (element, { value }) => show(element, value),
  updated: (element, { value }) => show(element, value),
}
