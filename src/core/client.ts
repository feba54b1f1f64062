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
  /**
   * The settings that a user can judge. Omitted ones have their defaults. An invalid one throws a TypeError that
   * names it.
   */
  readonly settings?: SettingsOverrides | undefined
  /** Internal timings, for tests; checked like the settings. */
  readonly timings?: TimingsOverrides | undefined
  /** Clock and random ids; the real ones by default. */
  readonly env?: Env | undefined
  /**
   * Stages that replace the client's own, by their names in {@link defaultStages}, each with the same signature. An
   * unknown name, or a stage that is not a function, throws a TypeError.
   */
  readonly stages?: Overrides<Stages> | undefined
  /** Runs the client; pass `record(write)` to record it. {@link callPipeline} by default. */
  readonly pipeline?: typeof callPipeline | undefined
}

/** Options for making or answering a call. */
export interface CallOptions {
  /** What to send; `settings.media` by default. */
  readonly media?: MediaRequest | undefined
}

/**
 * A call client: the streams that a UI shows, and the actions that it offers.
 *
 * Each {@link Behavior} is a current state. Its `value` is never stale, and each subscriber gets it first, even after
 * {@link CallClient.close}. The event streams replay nothing. All streams complete on close. Unsubscribing from one
 * does not affect the client. Times are milliseconds since 1970, as `Date.now()` gives them.
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
   * All of the state below as one consistent value, plus whatever else a UI may want to show. Emits once for each
   * event that changed something: at most 12 times in a plain call.
   */
  readonly snapshot$: Behavior<ClientState>
  /** The state of this client's one call; `idle` before the first one. */
  readonly state$: Behavior<CallState>
  /**
   * The connection to the relay: connecting, online (and as whom), or permanently refused. The last value is
   * `closed`, once this client has closed.
   */
  readonly connection$: Behavior<ConnectionState>
  /** The users who can be called, sorted, without this one. Empty while not online. */
  readonly roster$: Behavior<readonly string[]>
  /**
   * What is wrong with the open call's connection, what is being tried, and until when; `null` while all is well.
   */
  readonly recovery$: Behavior<Recovery | null>
  /**
   * The stream that this side sends, from before the call connects until it ends. Emits another stream after each
   * change, and `null` while nothing is sent.
   */
  readonly localStream$: Behavior<MediaStream | null>
  /** The stream that the other side sends: of several, the one with the latest track; `null` without a call. */
  readonly remoteStream$: Behavior<MediaStream | null>
  /**
   * What this side sends, as reported to the other side, mute included. `opening`: an answered call waits for the
   * device, or the device comes back or replaces a lost one. `interrupted`: the system has muted the device. `null`
   * until the caller's media is ready or the call is answered, and without a call.
   */
  readonly localMedia$: Behavior<MediaStatus | null>
  /** What the other side reports that it sends; `null` until its first report, and without a call. */
  readonly remoteMedia$: Behavior<MediaStatus | null>
  /** The texts of the open call, or of the last one, the oldest first; at most the latest 500. */
  readonly messages$: Behavior<readonly TextMessage[]>

  /** Everything that happens, in order; for logs and tests. */
  readonly event$: Observable<CallEvent>
  /**
   * Every {@link CallError}, even if it ends no call. Each code is emitted at most once a second. Further errors
   * within that second are emitted as one at its end, with a `count`.
   */
  readonly error$: Observable<CallError>

  /** Calls a user. Refused with `already-in-call` while a call is open. */
  call(user: string, options?: CallOptions): void
  /**
   * Answers the ringing call; devices open only now. By default, sends the kinds that both the caller and
   * `settings.media` have, so an audio call opens no camera. If a device cannot be opened, the call continues without
   * it: `error$` has the reason, and `media({ video: true })` tries again.
   */
  accept(options?: CallOptions): void
  decline(): void
  /** Ends the open call in any phase; while it rings here, this declines it. */
  hangUp(): void
  /**
   * Changes what this side sends while a call is open. An omitted kind stays as it is, and `false` closes its device.
   * The old source is sent until its replacement is live; the other kind is not interrupted. If a kind is changed
   * twice, the later change wins. A change that fails has no effect: `error$` has the reason. While devices are still
   * being opened for the call, a change waits for them. While the call rings, it changes what `accept()` opens.
   *
   * When the user stops sharing a screen, the previous source comes back. When a microphone is unplugged, any other
   * one takes over, muted if the old one was. When a camera is unplugged, video goes off. Both raise the error
   * `device-lost`, and the call continues. Naming the same device again reopens it, because a browser's `default` may
   * be another device by now.
   */
  media(change: Overrides<MediaRequest>): void
  /**
   * Mutes or unmutes the microphone or the picture, without renegotiation. A muted track sends silence or black. Each
   * call begins unmuted, and so does a shared screen. When the camera returns after a screen, so does its mute state.
   */
  mute(kind: TrackKind, muted: boolean): void
  /**
   * Puts the call on hold, or resumes it. While either side holds the call, neither sends anything. The other side
   * sees `held` in its `remoteMedia$`. Devices stay open. After resuming, they are sent as before, muted or not.
   */
  hold(held: boolean): void
  /**
   * Sends a text of at most 4 KiB over the call's data channel; before the channel opens, the text waits for it.
   * Returns the text's id in `messages$`. A refused text does not appear there: the error's `detail.textId` has its
   * id.
   */
  send(text: string): string
  /**
   * Performs an action given as plain data, exactly like its method. Use it if a UI keeps actions in a log or a
   * store.
   */
  dispatch(action: CallAction): void
  /**
   * Hangs up, leaves the relay and completes every stream. Calling it again does nothing. From then on, every other
   * action throws a CallError `closed`.
   *
   * @example
   * // React's StrictMode runs each effect twice, with its cleanup between: create the client in the effect.
   * useEffect(() => {
   *   const client = createCallClient(ports)
   *   setClient(client)
   *   return () => client.close()
   * }, [])
   */
  close(): void
}

/**
 * Creates a client on the given ports, and connects it to the relay at once. The caller owns the client: `close()`
 * releases everything that it holds.
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
