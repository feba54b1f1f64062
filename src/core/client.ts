import {
  distinctUntilChanged,
  endWith,
  filter,
  ignoreElements,
  map,
  ReplaySubject,
  Subject,
  takeUntil,
  type Observable,
} from 'rxjs'
import type { CallState } from './call/state.ts'
import { CallError } from './errors.ts'
import type {
  CallAction,
  CallEvent,
  ConnectionState,
  Muted,
  Recovery,
  TextMessage,
  TrackKind,
} from './events.ts'
import { initialState, type ClientState } from './client-state.ts'
import { ofType } from './rx/operators.ts'
import { callPipeline, type CallPorts } from './pipeline.ts'
import { systemEnv, type Env, type MediaDevice, type MediaRequest } from './ports/index.ts'
import type { MediaStatus } from './protocol/index.ts'
import type { SettingsOverrides } from './settings.ts'
import type { Stages } from './stages.ts'

export interface CallClientOptions extends CallPorts {
  /** Times and bounds; what is left out has its default. An invalid one is thrown as a TypeError that names it. */
  readonly settings?: SettingsOverrides
  /** Clock and chance; the real ones by default. */
  readonly env?: Env
  /**
   * Stages to take the place of the client's own, by their names in {@link defaultStages}: each with the same
   * signature. An unknown name is thrown as a TypeError.
   */
  readonly stages?: Partial<Stages>
  /** What runs the client: `record(write)` has it recorded. {@link callPipeline} by default. */
  readonly pipeline?: typeof callPipeline
}

/**
 * A client: the streams to show, and the actions to offer. The streams complete after {@link CallClient.close}; those
 * of state replay the latest value to each subscriber, also after that, those of events do not. Unsubscribing from one
 * changes nothing.
 *
 * A closed client stays closed. Its `connection$` has the status `closed`, and each action but `close` throws a
 * CallError `closed`: there is no call that such an error could be about, and `error$` has completed.
 */
export interface CallClient {
  /** The one call of this client, or the lack of one. Replays. */
  readonly state$: Observable<CallState>
  /** The relay: connecting, online (and as whom), refused permanently, or, as the last value, closed by this client. Replays. */
  readonly connection$: Observable<ConnectionState>
  /**
   * Why this client can neither call nor be called, such as `no-webrtc` if the browser has WebRTC switched off; `null`
   * if it can. Replays.
   */
  readonly unavailable$: Observable<CallError | null>
  /** The users who can be called, sorted, without this one. Empty while not online. Replays. */
  readonly roster$: Observable<readonly string[]>
  /**
   * What this side sends, from before the call connects until it ends: another stream after each change, and `null`
   * while it is nothing. Replays.
   */
  readonly localStream$: Observable<MediaStream | null>
  /** What the other side sends: of several streams the one that the latest track is in; `null` without a call. Replays. */
  readonly remoteStream$: Observable<MediaStream | null>
  /**
   * Which of the local tracks are muted. Each call begins with none. A shared screen starts unmuted. When the camera returns, so does its own mute state. Replays.
   */
  readonly muted$: Observable<Muted>
  /**
   * What this side sends, as reported to the other side. `opening`: a call that was answered waits for the device, or
   * the device comes back or replaces one that is gone. `interrupted`: the system has muted the device. `null` until a
   * caller's media is there or a call is answered, and without a call. Replays.
   */
  readonly localMedia$: Observable<MediaStatus | null>
  /** What the other side says that it sends; `null` until it says so, and without a call. Replays. */
  readonly remoteMedia$: Observable<MediaStatus | null>
  /** The cameras and microphones to choose from, as {@link MediaPort} finds them; with their names once one was allowed. */
  readonly devices$: Observable<readonly MediaDevice[]>
  /**
   * What is wrong with the connection of the open call, what is being tried about it and until when; `null` while all is
   * well. Replays.
   */
  readonly recovery$: Observable<Recovery | null>
  /** The texts of the call, those of both sides, as they are written and arrive. */
  readonly message$: Observable<TextMessage>
  /** Every {@link CallError}, also one that ends no call. */
  readonly error$: Observable<CallError>
  /** Everything that happens, in order; for logs and tests. */
  readonly event$: Observable<CallEvent>

  /** Calls a user. Refused with `already-in-call` while a call is open. */
  call(user: string, media?: MediaRequest): void
  /**
   * Answers the call that rings; devices open only now. By default with the kinds that both the caller and
   * `settings.media` have, so a call with sound opens no camera. The call goes on without a device that cannot be
   * opened: `error$` says why, and `media({ video: true })` tries again.
   */
  accept(media?: MediaRequest): void
  decline(): void
  /** Ends the open call, whatever its phase; while it rings, that declines it. */
  hangUp(): void
  /** Silences the microphone or blackens the camera, or gives it back, without renegotiation. */
  mute(kind: TrackKind, muted: boolean): void
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
  media(change: Partial<MediaRequest>): void
  /**
   * Puts the call on hold, or takes it up again. Neither side sends anything while one of them holds the call. The
   * other side sees `held` in its `remoteMedia$`. Devices stay open, and are sent again as they were, muted or not.
   */
  hold(held: boolean): void
  /** Sends a text of at most 4 KiB over the call's data channel; one sent before it is open waits for it. */
  send(text: string): void
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
 */
export function createCallClient({
  env = systemEnv,
  settings = {},
  pipeline = callPipeline,
  stages = {},
  ...ports
}: CallClientOptions): CallClient {
  const action$ = new Subject<CallAction>()
  // Unlike a BehaviorSubject it replays its last value after it has completed, too.
  const clientState$ = new ReplaySubject<ClientState>(1)
  let latest = initialState
  let isClosed = false
  clientState$.next(latest)
  const event$ = new Subject<CallEvent>()
  const select = <T>(of: (state: ClientState) => T): Observable<T> =>
    clientState$.pipe(map(of), distinctUntilChanged())
  const act = (action: CallAction): void => {
    if (isClosed)
      throw new CallError('closed', `cannot ${action.type}: this client is closed; create another one`)
    action$.next(action)
  }

  const client: CallClient = {
    state$: select(({ call }) => call),
    connection$: select(({ connection }) => connection),
    unavailable$: select(({ unavailable }) => unavailable),
    roster$: select(({ roster }) => roster),
    localStream$: select(({ localStream }) => localStream),
    remoteStream$: select(({ remoteStream }) => remoteStream),
    muted$: select(({ muted }) => muted),
    localMedia$: select(({ localMedia }) => localMedia),
    remoteMedia$: select(({ remoteMedia }) => remoteMedia),
    devices$: ports.media.devices$.pipe(takeUntil(event$.pipe(ignoreElements(), endWith(undefined)))),
    recovery$: select(({ recovery }) => recovery),
    message$: event$.pipe(
      ofType('text'),
      map(({ message }) => message),
    ),
    error$: event$.pipe(
      map(errorOf),
      filter((error) => error !== undefined),
    ),
    event$: event$.asObservable(),
    call: (user, media) => act({ type: 'call', user, ...(media && { media }) }),
    accept: (media) => act({ type: 'accept', ...(media && { media }) }),
    decline: () => act({ type: 'decline' }),
    hangUp: () => act({ type: 'hang-up' }),
    mute: (kind, muted) => act({ type: 'mute', kind, muted }),
    media: (change) => act({ type: 'media', change }),
    hold: (held) => act({ type: 'hold', held }),
    send: (text) => act({ type: 'send', text }),
    close: () => {
      if (isClosed) return
      isClosed = true
      action$.next({ type: 'close' })
    },
  }

  pipeline(action$, ports, env, settings, stages).subscribe({
    next: ({ event, state }) => {
      if (state !== latest) clientState$.next((latest = state))
      event$.next(event)
    },
    error: (thrown: unknown) => {
      isClosed = true
      clientState$.error(thrown)
      event$.error(thrown)
    },
    complete: () => {
      isClosed = true
      clientState$.complete()
      event$.complete()
    },
  })
  return client
}

/**
 * The error in an event, if there is one. A refused invite is reported by the end of its call. An end message that
 * reaches nobody is not an error.
 */
function errorOf(event: CallEvent): CallError | undefined {
  switch (event.type) {
    case 'error':
    case 'ended':
      return event.error
    case 'connection':
      return 'error' in event.connection ? event.connection.error : undefined
    case 'refused':
      return event.message.type === 'invite' || event.error.code === 'unreachable' ? undefined : event.error
    default:
      return undefined
  }
}
