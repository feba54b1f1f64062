import {
  concatMap,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  scan,
  switchMap,
  take,
  takeUntil,
  timer,
  type Observable,
} from 'rxjs'
import { awakeTimer } from '../../rx/awake-timer.ts'
import { CallError } from '../../errors.ts'
import type { CallAction } from '../../events.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env, PeerEvent } from '../../ports/index.ts'
import type { OutgoingMessage } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { endingOf, endMessage, type Ending } from './end-message.ts'
import type { CallMessage, CallOutput } from '../outputs.ts'
import type { CallState, EndReason } from '../state.ts'

export interface TeardownSources {
  readonly action$: Observable<CallAction>
  readonly message$: Observable<CallMessage>
  readonly peer$: Observable<PeerEvent>
  readonly opened$: Observable<unknown>
  readonly state$: Observable<CallState>
  /** The peer connection is gone. */
  readonly peerClosed$: Observable<{ readonly error?: CallError }>
  /** The connection cannot be brought back. */
  readonly recoveryFailed$: Observable<{ readonly error: CallError }>
  /** Camera or microphone could not be opened. */
  readonly captureError$: Observable<CallError>
  /** A message of this call was refused, or could not be sent. */
  readonly refused$: Observable<{ readonly message: OutgoingMessage; readonly error: CallError }>
  /** How long the call rings here, in milliseconds from now. */
  readonly ringMs: number
  readonly settings: Pick<CallSettings, 'connectMs' | 'closeGraceMs' | 'settleMs' | 'trackGraceMs'>
}

/**
 * Ends a call for the first of many reasons. Emits the message that tells the other side, then `ended` with that
 * reason, and completes.
 *
 * @example
 * teardown({ ...quiet, action$: of({ type: 'hang-up' }) }, env) // sends the end message, emits `ended`, completes
 */
export function teardown(sources: TeardownSources, env: Env): Observable<CallOutput> {
  return merge(
    byUser(sources),
    byOtherSide(sources),
    byDevices(sources, env),
    byMedia(sources),
    byConnection(sources, env),
    byTracks(sources, env),
    byTime(sources, env),
  ).pipe(
    take(1),
    withLatest(sources.state$),
    concatMap(([ending, state]): CallOutput[] => {
      const { reason, by, error } = ending
      const at = env.scheduler.now()
      return [...endMessage(state, ending), { type: 'ended', at, reason, by, ...(error && { error }) }]
    }),
  )
}

function byUser({ action$, state$ }: TeardownSources): Observable<Ending> {
  return action$.pipe(
    ofType('hang-up', 'decline', 'close'),
    withLatest(state$),
    concatMap(([{ type }, { phase }]): Ending[] => {
      const leaving = type === 'close'
      if (phase === 'ringing') return [{ reason: leaving ? 'hung-up' : 'declined', by: 'local', leaving }]
      if (type === 'decline') return []
      return [{ reason: phase === 'calling' ? 'cancelled' : 'hung-up', by: 'local' }]
    }),
  )
}

function byOtherSide({ message$, refused$, state$, ringMs }: TeardownSources): Observable<Ending> {
  return merge(
    message$.pipe(
      withLatest(state$),
      concatMap(([message, state]) => endingOf(message, state)),
    ),
    refused$.pipe(
      withLatest(state$),
      // `unreachable` counts only for the first invite, which has all its time left. Later, a ringing device may be
      // away for a moment.
      filter(
        ([{ message, error }, state]) =>
          message.type === 'invite' &&
          state.phase === 'calling' &&
          (error.code !== 'unreachable' || (state.contacts.length === 0 && message.ttlMs === ringMs)),
      ),
      map(([refusal]) => refusal),
      map(({ error }): Ending => {
        return {
          reason: error.code === 'unreachable' ? 'unreachable' : 'failed',
          by: 'remote',
          error,
          known: true,
        }
      }),
    ),
  )
}

/** Before the answer: every device of the callee that replied is busy or gone, and no other one rings. */
function byDevices({ message$, state$, settings }: TeardownSources, env: Env): Observable<Ending> {
  interface Devices {
    readonly ringing: readonly string[]
    readonly refusal: EndReason | undefined
  }
  const none: Devices = { ringing: [], refusal: undefined }
  return message$.pipe(
    ofType('ringing', 'busy', 'gone'),
    scan(({ ringing }, { type, from }): Devices => {
      const others = ringing.filter((party) => party !== from.party)
      if (type === 'ringing') return { ringing: [...others, from.party], refusal: undefined }
      return { ringing: others, refusal: type === 'busy' ? 'busy' : 'unreachable' }
    }, none),
    switchMap(({ ringing, refusal }) =>
      refusal === undefined || ringing.length > 0
        ? EMPTY
        : timer(settings.settleMs, env.scheduler).pipe(map(() => refusal)),
    ),
    withLatest(state$),
    concatMap(([reason, { phase }]): Ending[] =>
      phase === 'calling' ? [{ reason, by: 'remote', known: true }] : [],
    ),
  )
}

const givenUp: readonly string[] = ['permission-denied', 'screen-refused']

/** Refusing the permission is the user's way of giving up the call, not a failure. */
function byMedia({ captureError$ }: TeardownSources): Observable<Ending> {
  return captureError$.pipe(
    map((error) => ({
      reason: givenUp.includes(error.code) ? 'cancelled' : 'media-error',
      by: 'local',
      error,
    })),
  )
}

function byConnection(
  { peerClosed$, opened$, recoveryFailed$, peer$, settings }: TeardownSources,
  env: Env,
): Observable<Ending> {
  // The other side closes its connection to hang up or to open a new one, and announces either.
  const closed$ = peerClosed$.pipe(
    filter(({ error }) => error === undefined),
    switchMap(() => awakeTimer(settings.closeGraceMs, env.scheduler).pipe(takeUntil(opened$))),
    map((): Ending => ({ reason: 'hung-up', by: 'remote' })),
  )
  const shut$ = peer$.pipe(
    ofType('connection-state', 'ice-connection-state', 'signaling-state'),
    concatMap(({ state }) => (state === 'closed' ? [shut()] : [])),
  )
  return merge(
    closed$,
    shut$,
    recoveryFailed$.pipe(map(({ error }): Ending => ({ reason: 'failed', by: 'local', error }))),
  )
}

const shut = (): Ending => ({
  reason: 'failed',
  by: 'local',
  error: new CallError('connection-failed', 'the peer connection was closed'),
})

/** The other side removed its last track, and adds none within the grace time. */
function byTracks({ peer$, opened$, settings }: TeardownSources, env: Env): Observable<Ending> {
  return merge(opened$.pipe(map(() => undefined)), peer$.pipe(ofType('track-added', 'track-removed'))).pipe(
    scan(
      (tracks: readonly MediaStreamTrack[] | undefined, change) => {
        if (change === undefined) return undefined
        const others = (tracks ?? []).filter((other) => other !== change.track)
        return change.type === 'track-added' ? [...others, change.track] : others
      },
      undefined as readonly MediaStreamTrack[] | undefined,
    ),
    switchMap((tracks) => (tracks?.length === 0 ? awakeTimer(settings.trackGraceMs, env.scheduler) : EMPTY)),
    map(() => ({ reason: 'hung-up', by: 'remote' })),
  )
}

function byTime({ state$, ringMs, settings }: TeardownSources, env: Env): Observable<Ending> {
  const { connectMs } = settings
  const endings = {
    answer: () =>
      timer(ringMs, env.scheduler).pipe(map((): Ending => ({ reason: 'no-answer', by: 'local' }))),
    connection: () =>
      awakeTimer(connectMs, env.scheduler).pipe(
        map(() => timedOut(`no connection came about within ${connectMs} ms of the answer`)),
      ),
    nothing: () => EMPTY,
  }
  return state$.pipe(
    map(awaits),
    distinctUntilChanged(),
    switchMap((awaited) => endings[awaited]()),
  )
}

const timedOut = (message: string): Ending => ({
  reason: 'failed',
  by: 'local',
  error: new CallError('connection-timeout', message),
})

function awaits(state: CallState): 'answer' | 'connection' | 'nothing' {
  if (state.phase === 'connecting') return 'connection'
  if (state.phase === 'ringing' || (state.phase === 'calling' && state.progress !== 'capturing'))
    return 'answer'
  return 'nothing'
}
