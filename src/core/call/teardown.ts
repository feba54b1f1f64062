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
  timer,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { CallError } from '../errors.ts'
import type { CallAction } from '../events.ts'
import { ofType } from '../operators.ts'
import type { Env, PeerEvent } from '../ports/index.ts'
import type { OutgoingMessage } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'
import { farewell, type Ending } from './farewell.ts'
import type { CallMessage, StageOutput } from './stage.ts'
import type { CallState } from './state.ts'

export interface TeardownSources {
  readonly action$: Observable<CallAction>
  readonly message$: Observable<CallMessage>
  readonly peer$: Observable<PeerEvent>
  readonly state$: Observable<CallState>
  /** The peer connection is gone. */
  readonly unlinked$: Observable<{ readonly error?: CallError }>
  /** Camera or microphone could not be opened. */
  readonly captureError$: Observable<CallError>
  /** The relay did not take a message of this call. */
  readonly refused$: Observable<{ readonly message: OutgoingMessage; readonly error: CallError }>
  /** How long the call rings here, in milliseconds from now. */
  readonly ringMs: number
  readonly settings: Pick<CallSettings, 'connectMs' | 'trackGraceMs'>
}

/**
 * Every way in which a call ends. Emits, for the first of them alone, what the other side is told and then `ended` with
 * its one reason; and completes.
 */
export function teardown(sources: TeardownSources, env: Env): Observable<StageOutput> {
  return merge(
    byUser(sources),
    byOtherSide(sources),
    byMedia(sources),
    byConnection(sources),
    byTracks(sources, env),
    byTime(sources, env),
  ).pipe(
    take(1),
    withLatestFrom(sources.state$),
    concatMap(([ending, state]): StageOutput[] => {
      const { reason, by, error } = ending
      return [...farewell(state, ending), { type: 'ended', reason, by, ...(error && { error }) }]
    }),
  )
}

function byUser({ action$, state$ }: TeardownSources): Observable<Ending> {
  return action$.pipe(
    ofType('hang-up', 'decline', 'close'),
    withLatestFrom(state$),
    concatMap(([{ type }, { phase }]): Ending[] => {
      const leaving = type === 'close'
      if (phase === 'ringing') return [{ reason: leaving ? 'hung-up' : 'declined', by: 'local', leaving }]
      if (type === 'decline') return []
      return [{ reason: phase === 'calling' ? 'cancelled' : 'hung-up', by: 'local' }]
    }),
  )
}

function byOtherSide({ message$, refused$ }: TeardownSources): Observable<Ending> {
  return merge(
    message$.pipe(concatMap(endingOf)),
    refused$.pipe(
      filter(({ message }) => message.type === 'invite'),
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

/** The end that a message of the other side means, if it means one. */
function endingOf(message: CallMessage): Ending[] {
  const end = (reason: Ending['reason'], error?: CallError): Ending[] => [
    { reason, by: 'remote', known: true, ...(error && { error }) },
  ]
  switch (message.type) {
    case 'decline':
      return end('declined')
    case 'busy':
      return end('busy')
    case 'gone':
      return end('unreachable')
    case 'cancel':
      return end(message.body.reason)
    case 'hang-up':
      if (message.body.reason === 'failed')
        return end('failed', new CallError('connection-failed', 'the other side reports a broken connection'))
      if (message.body.reason === 'media-error')
        return end(
          'media-error',
          new CallError('remote-media-failed', 'the other side has no camera or microphone'),
        )
      return end(message.body.reason)
    default:
      return []
  }
}

/** Refusing the permission is the user's way of giving up the call, not a failure. */
function byMedia({ captureError$ }: TeardownSources): Observable<Ending> {
  return captureError$.pipe(
    map((error) => ({
      reason: error.code === 'permission-denied' ? 'cancelled' : 'media-error',
      by: 'local',
      error,
    })),
  )
}

function byConnection({ unlinked$, peer$ }: TeardownSources): Observable<Ending> {
  const broken$ = peer$.pipe(
    filter(
      (event) =>
        (event.type === 'connection-state' && (event.state === 'failed' || event.state === 'closed')) ||
        (event.type === 'ice-connection-state' && (event.state === 'failed' || event.state === 'closed')) ||
        (event.type === 'signaling-state' && event.state === 'closed'),
    ),
    map(
      () =>
        new CallError(
          'connection-failed',
          'the peer connection failed; the network may block it without TURN',
        ),
    ),
  )
  return merge(unlinked$, broken$.pipe(map((error) => ({ error })))).pipe(
    map(({ error }): Ending =>
      error ? { reason: 'failed', by: 'local', error } : { reason: 'hung-up', by: 'remote' },
    ),
  )
}

/** The other side took its last track away, and brings none within the grace time. */
function byTracks({ peer$, settings }: TeardownSources, env: Env): Observable<Ending> {
  return peer$.pipe(
    ofType('track-added', 'track-removed'),
    scan(
      (tracks, { type, track }) => {
        const others = tracks.filter((other) => other !== track)
        return type === 'track-added' ? [...others, track] : others
      },
      [] as readonly MediaStreamTrack[],
    ),
    switchMap((tracks) => (tracks.length === 0 ? timer(settings.trackGraceMs, env.scheduler) : EMPTY)),
    map(() => ({ reason: 'hung-up', by: 'remote' })),
  )
}

function byTime({ state$, ringMs, settings }: TeardownSources, env: Env): Observable<Ending> {
  const rangOut: Ending = { reason: 'no-answer', by: 'local' }
  const timedOut = (): Ending => ({
    reason: 'failed',
    by: 'local',
    error: new CallError(
      'connection-timeout',
      `no connection came about within ${settings.connectMs} ms of the answer`,
    ),
  })
  return state$.pipe(
    map(awaits),
    distinctUntilChanged(),
    switchMap((awaited) => {
      if (awaited === 'answer') return timer(ringMs, env.scheduler).pipe(map(() => rangOut))
      if (awaited === 'connection') return timer(settings.connectMs, env.scheduler).pipe(map(timedOut))
      return EMPTY
    }),
  )
}

function awaits(state: CallState): 'answer' | 'connection' | 'nothing' {
  if (state.phase === 'connecting') return 'connection'
  if (state.phase === 'ringing' || (state.phase === 'calling' && state.progress !== 'capturing'))
    return 'answer'
  return 'nothing'
}
