import { Subject, type Observable } from 'rxjs'
import type { CallState } from './call/state.ts'
import { initialState, type ClientState } from './client-state.ts'
import { errorStream } from './error-stream.ts'
import { CallError } from './errors.ts'
import type { CallAction, CallEvent, ConnectionState, Recovery, TextMessage, TrackKind } from './events.ts'
import { callPipeline, type CallPorts } from './pipeline.ts'
import { systemEnv, type Env, type MediaRequest } from './ports/index.ts'
import type { MediaStatus } from './protocol/index.ts'
import { latestOf, select, type Behavior } from './rx/behavior.ts'
import { given, type Overrides } from './overrides.ts'
import type { SettingsOverrides, TimingsOverrides } from './settings.ts'
import type { Stages } from './stages/default-stages.ts'

export interface CallClientOptions extends CallPorts {
  /** What a user can judge; what is left out has its default. An invalid one is thrown as a TypeError that names it. */
  readonly settings?: SettingsOverrides | undefined
  /** The times inside the machinery, for tests; checked as the settings are. */
  readonly timings?: TimingsOverrides | undefined
  /** Clock and chance; the real ones by default. */
  readonly env?: Env | undefined
  /**
   * Stages to take the place of the client's own, by their names in {@link defaultStages}: each with the same
   * signature. An unknown name is thrown as a TypeError.
   */
  readonly stages?: Overrides<Stages> | undefined
  /** What runs the client: `record(write)` has it recorded. {@link callPipeline} by default. */
  readonly pipeline?: typeof callPipeline | undefined
}

/** What a call is made or answered with. */
export interface CallOptions {
  /** What to send; `settings.media` by default. */
  readonly media?: MediaRequest | undefined
}

/**
 * A client: the streams to show, and the actions to offer.
 *
 * Each {@link Behavior} says what is so. It has the latest value at hand as `value`, never stale, and replays it to each
 * subscriber, also after {@link CallClient.close}. The streams of what happens replay nothing. All of them complete on
 * close. Unsubscribing from one changes nothing. Times are milliseconds since 1970, as `Date.now()` gives them.
 *
 * A closed client stays closed. Its `connection$` has the status `closed`, and each action but `close` throws a
 * CallError `closed`, because `error$` has completed.
 *
 * @example
 * // Wait for a phase:
 * client.call('bob')
 * await firstValueFrom(client.state$.pipe(filter(({ phase }) => phase === 'connected')))
 */
export interface CallClient {
  /**
   * Everything below in one consistent value, and what else a UI may want to know of a client. Emits once for each event
   * that changed something: at most 12 times in a plain call.
   */
  readonly snapshot$: Behavior<ClientState>
  /** The one call of this client, or the lack of one. */
  readonly state$: Behavior<CallState>
  /** The relay: connecting, online (and as whom), refused permanently, or, as the last value, closed by this client. */
  readonly connection$: Behavior<ConnectionState>
  /** The users who can be called, sorted, without this one. Empty while not online. */
  readonly roster$: Behavior<readonly string[]>
  /**
   * What is wrong with the connection of the open call, what is being tried about it and until when; `null` while all is
   * well.
   */
  readonly recovery$: Behavior<Recovery | null>
  /**
   * What this side sends, from before the call connects until it ends: another stream after each change, and `null`
   * while it is nothing.
   */
  readonly localStream$: Behavior<MediaStream | null>
  /** What the other side sends: of several streams the one that the latest track is in; `null` without a call. */
  readonly remoteStream$: Behavior<MediaStream | null>
  /**
   * What this side sends, as reported to the other side, mute included. `opening`: a call that was answered waits for the
   * device, or the device comes back or replaces one that is gone. `interrupted`: the system has muted the device.
   * `null` until a caller's media is there or a call is answered, and without a call.
   */
  readonly localMedia$: Behavior<MediaStatus | null>
  /** What the other side says that it sends; `null` until it says so, and without a call. */
  readonly remoteMedia$: Behavior<MediaStatus | null>
  /** The texts of the open call, or of the last one, the oldest first; at most the latest 500. */
  readonly messages$: Behavior<readonly TextMessage[]>

  /** Everything that happens, in order; for logs and tests. */
  readonly event$: Observable<CallEvent>
  /**
   * Every {@link CallError}, also one that ends no call. One code comes at most once a second: what follows within that
   * time comes as one error at its end, with a `count`.
   */
  readonly error$: Observable<CallError>

  /** Calls a user. Refused with `already-in-call` while a call is open. */
  call(user: string, options?: CallOptions): void
  /**
   * Answers the call that rings; devices open only now. By default with the kinds that both the caller and
   * `settings.media` have, so a call with sound opens no camera. The call goes on without a device that cannot be
   * opened: `error$` says why, and `media({ video: true })` tries again.
   */
  accept(options?: CallOptions): void
  decline(): void
  /** Ends the open call, whatever its phase; while it rings, that declines it. */
  hangUp(): void
  /**
   * Changes what this side sends while a call is open. A kind left out stays as it is, and `false` closes the device.
   * What was sent before is still sent until its replacement is there; the other kind is not interrupted. Of two
   * changes to a kind the later counts. One that fails changes nothing: `error$` says why. While devices are still
   * being opened for the call, a change waits for them; while it rings, it changes what `accept()` opens.
   *
   * When the user stops sharing a screen, what was sent before comes back. When a microphone is pulled out, any other
   * takes over, and stays muted if it was. A camera that is pulled out is off. Both raise the error `device-lost`, and
   * the call goes on. A device that is named again is opened again, because a browser's `default` may be another device
   * by now.
   */
  media(change: Overrides<MediaRequest>): void
  /**
   * Silences the microphone or blackens the camera, or gives it back, without renegotiation. Each call begins unmuted,
   * and so does a shared screen. When the camera returns after a screen, so does its own mute state.
   */
  mute(kind: TrackKind, muted: boolean): void
  /**
   * Puts the call on hold, or takes it up again. Neither side sends anything while one of them holds the call. The
   * other side sees `held` in its `remoteMedia$`. Devices stay open, and are sent again as they were, muted or not.
   */
  hold(held: boolean): void
  /**
   * Sends a text of at most 4 KiB over the call's data channel; one sent before it is open waits for it. Returns the id
   * under which the text stands in `messages$`. A text that is refused stands nowhere: the error's `detail.textId` has
   * its id.
   */
  send(text: string): string
  /** Does what the method of that name does, from plain data: for a UI that keeps its actions in a log or a store. */
  dispatch(action: CallAction): void
  /**
   * Hangs up, leaves the relay and completes every stream. Calling it again does nothing; every other action throws a
   * CallError `closed` from now on.
   *
   * @example
   * // React's StrictMode runs a cleanup, and then the effect again: what the effect makes it can close.
   * useEffect(() => {
   *   const client = createCallClient(ports)
   *   setClient(client)
   *   return () => client.close()
   * }, [])
   */
  close(): void
}

/**
 * Makes a client on the given ports, and connects it to the relay at once. The caller owns it: `close()` releases
 * everything that it holds.
 *
 * @example
 * const ports = { signaling: socketIoSignaling({ name: 'alice' }), peer: nativePeer(), media: browserMedia() }
 * const client = createCallClient(ports)
 * client.state$.subscribe(({ phase }) => show(phase))
 * client.call('bob')
 */
export function createCallClient({
  env = systemEnv,
  settings = {},
  timings = {},
  stages = {},
  pipeline = callPipeline,
  ...ports
}: CallClientOptions): CallClient {
  const action$ = new Subject<CallAction>()
  const event$ = new Subject<CallEvent>()
  const latest$ = latestOf(initialState)
  const { behavior$: snapshot$ } = latest$
  let texts = 0
  let isClosed = false

  const dispatch = (action: CallAction): void => {
    if (action.type === 'close') return client.close()
    if (isClosed)
      throw new CallError('closed', `cannot ${action.type}: this client is closed; create another one`)
    action$.next(action)
  }

  const client: CallClient = {
    snapshot$,
    state$: select(snapshot$, ({ call }) => call),
    connection$: select(snapshot$, ({ connection }) => connection),
    roster$: select(snapshot$, ({ roster }) => roster),
    recovery$: select(snapshot$, ({ recovery }) => recovery),
    localStream$: select(snapshot$, ({ localStream }) => localStream),
    remoteStream$: select(snapshot$, ({ remoteStream }) => remoteStream),
    localMedia$: select(snapshot$, ({ localMedia }) => localMedia),
    remoteMedia$: select(snapshot$, ({ remoteMedia }) => remoteMedia),
    messages$: select(snapshot$, ({ messages }) => messages),
    event$: event$.asObservable(),
    error$: errorStream(event$, env.scheduler),
    call: (user, { media } = {}) => dispatch({ type: 'call', user, ...(media && { media }) }),
    accept: ({ media } = {}) => dispatch({ type: 'accept', ...(media && { media }) }),
    decline: () => dispatch({ type: 'decline' }),
    hangUp: () => dispatch({ type: 'hang-up' }),
    media: (change) => dispatch({ type: 'media', change: given(change) }),
    mute: (kind, muted) => dispatch({ type: 'mute', kind, muted }),
    hold: (held) => dispatch({ type: 'hold', held }),
    send(text) {
      const id = `local-${++texts}`
      dispatch({ type: 'send', id, text })
      return id
    },
    dispatch,
    close() {
      if (isClosed) return
      isClosed = true
      action$.next({ type: 'close' })
    },
  }

  pipeline(action$, ports, env, { settings, timings, stages }).subscribe({
    next: ({ event, state }) => {
      latest$.next(state)
      event$.next(event)
    },
    error: (thrown: unknown) => {
      isClosed = true
      latest$.error(thrown)
      event$.error(thrown)
    },
    complete: () => {
      isClosed = true
      latest$.complete()
      event$.complete()
    },
  })
  return client
}
