import {
  combineLatest,
  concatMap,
  connect,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  scan,
  startWith,
  switchMap,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import { awakeTimer } from '../../rx/awake-timer.ts'
import { CallError } from '../../errors.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env } from '../../ports/index.ts'
import type { CallSettings } from '../../settings.ts'
import { lostConnections } from './orderly-close.ts'
import { pathRecovery } from './path-recovery.ts'
import type { PathRecoverySources } from './inputs.ts'
import { send, type CallOutput, type StageOutput } from '../outputs.ts'
import type { CallState } from '../state.ts'

export interface RecoverySources extends Omit<PathRecoverySources, 'settings'> {
  readonly state$: Observable<CallState>
  /** Whether the relay can be reached; replays. */
  readonly online$: Observable<boolean>
  /** Emits when the caller's call is answered. */
  readonly answered$: Observable<unknown>
  readonly settings: PathRecoverySources['settings'] & Pick<CallSettings, 'negotiationMs'>
}

/** New peer connections that are tried without one of them connecting, for what this side finds wrong. */
const MAX_REPLACEMENTS = 3
/** The other side may ask for more: for a path that is lost, too, and as often as its policy has time. */
const MAX_ASKED = 9

/**
 * Whether the call's connection carries media, and what is done where it does not. Emits `peer-connected` when it comes up, at
 * first or again, and `interrupted` when it does not carry anything any more, or may not: if something arrives over a
 * connection that is `disconnected`, it is linked again with the next look at it, which is a second later. A connected call whose
 * connection the other side closed is not interrupted while that may be its end. Emits `replacing`
 * where negotiation failed, or got no answer in time, and a new peer connection is tried; what {@link pathRecovery} does
 * about a lost path; and `recovery-failed` when nothing more is done. The side that makes no offers asks the other one for what
 * needs one.
 */
export function recovery(sources: RecoverySources, env: Env): Observable<StageOutput> {
  return merge(health(sources, env), replacement(sources, env), pathRecovery(sources, env))
}

/** What is known of whether the connection carries anything. */
interface Health {
  readonly isUp: boolean
  /** It is `disconnected`, and may carry something all the same (W3C WebRTC, 5.6.4: that is no more than a doubt). */
  readonly isInDoubt: boolean
  /** What had arrived in all when it was last looked at, in this doubt. */
  readonly bytes: number | undefined
}

const up: Health = { isUp: true, isInDoubt: false, bytes: undefined }
const down: Health = { isUp: false, isInDoubt: false, bytes: undefined }
const inDoubt: Health = { isUp: false, isInDoubt: true, bytes: undefined }

function look(before: Health, news: RTCPeerConnectionState | 'gone' | number): Health {
  if (typeof news === 'number')
    return before.isInDoubt ? { ...before, isUp: news > (before.bytes ?? news), bytes: news } : before
  if (news === 'connected') return up
  if (news !== 'disconnected') return down
  return before.isInDoubt ? before : inDoubt
}

function health(
  { peer$, opened$, unlinked$, answered$, state$ }: RecoverySources,
  env: Env,
): Observable<CallOutput> {
  // A call that is not connected yet shows nothing of it, and must not become connected over it.
  const lostBefore$ = unlinked$.pipe(
    withLatestFrom(state$),
    filter(([, { phase }]) => phase !== 'connected'),
  )
  return merge(
    peer$.pipe(
      ofType('connection-state'),
      map(({ state }) => state),
      filter((state) => state === 'connected' || state === 'disconnected' || state === 'failed'),
    ),
    peer$.pipe(
      ofType('received'),
      map(({ bytes }) => bytes),
    ),
    merge(lostBefore$, lostConnections(unlinked$, opened$, env.scheduler), opened$).pipe(
      map(() => 'gone' as const),
    ),
  ).pipe(
    scan(look, down),
    map(({ isUp }) => isUp),
    distinctUntilChanged(),
    // A connection may be up before the caller learns that its call was accepted, where the network brings the answer
    // first. While it rings that counts for nothing, so it is told again when the call is answered.
    connect((isUp$) =>
      merge(
        // What was never up is not interrupted.
        isUp$.pipe(filter((isUp, place) => isUp || place > 0)),
        answered$.pipe(withLatestFrom(isUp$, (_, isUp) => isUp)),
      ),
    ),
    map((isUp): CallOutput =>
      isUp ? { type: 'peer-connected', at: env.scheduler.now() } : { type: 'interrupted' },
    ),
  )
}

function replacement(sources: RecoverySources, env: Env): Observable<CallOutput> {
  const { role, peer$, opened$, unlinked$, message$ } = sources
  const broken$ = unlinked$.pipe(
    concatMap(({ epoch, error }) => (error?.code === 'negotiation-failed' ? [{ epoch, error }] : [])),
  )
  const epoch$ = merge(opened$, unlinked$).pipe(map(({ epoch }) => epoch))
  const asked$ = message$.pipe(
    ofType('renegotiate'),
    withLatestFrom(epoch$),
    filter(([{ body, epoch = 0 }, current]) => body.replace === true && epoch === current),
    map(([, epoch]): Need => ({
      epoch,
      error: failed('the other side could not apply a description'),
      most: MAX_ASKED,
    })),
  )
  const stuck$ = unansweredOffer(sources, env).pipe(
    withLatestFrom(epoch$),
    map(([error, epoch]) => ({ epoch, error })),
  )
  const linked$ = peer$.pipe(
    filter((event) => event.type === 'connection-state' && event.state === 'connected'),
    map(() => undefined),
  )
  return merge(linked$, broken$, ...(role === 'offerer' ? [asked$, stuck$] : [])).pipe(
    scan(tried, { need: undefined, tries: 0, epoch: -1 }),
    concatMap(({ need, tries }): CallOutput[] => {
      if (!need) return []
      if (tries > (need.most ?? MAX_REPLACEMENTS)) return [{ type: 'recovery-failed', error: need.error }]
      return role === 'offerer'
        ? [{ type: 'replacing', epoch: need.epoch + 1, error: need.error }]
        : [send('renegotiate', { replace: true }, { epoch: need.epoch })]
    }),
  )
}

/** What a new peer connection is needed for: `epoch` is that of the present one. */
interface Need {
  readonly epoch: number
  readonly error: CallError
  /** How many may be tried for it; {@link MAX_REPLACEMENTS} where it does not say. */
  readonly most?: number
}

interface Tries {
  readonly need: Need | undefined
  /** New ones since one connected. */
  readonly tries: number
  /** The last one that was given up. */
  readonly epoch: number
}

/** One that is given up already needs no second new one, whatever else is wrong with it. */
function tried({ tries, epoch }: Tries, need: Need | undefined): Tries {
  if (!need) return { need, tries: 0, epoch }
  return need.epoch > epoch
    ? { need, tries: tries + 1, epoch: need.epoch }
    : { need: undefined, tries, epoch }
}

/** An offer of this side is not answered in time, counted while the other side can be reached and has the call. */
function unansweredOffer(
  { peer$, opened$, state$, online$, settings }: RecoverySources,
  env: Env,
): Observable<CallError> {
  const offered$ = merge(
    opened$.pipe(map(() => false)),
    peer$.pipe(
      ofType('signaling-state'),
      map(({ state }) => state === 'have-local-offer'),
    ),
  ).pipe(startWith(false))
  // While the connection is being brought back, its plan has the time.
  const isTaken$ = state$.pipe(map(({ phase }) => phase === 'connecting' || phase === 'connected'))
  return combineLatest([offered$, isTaken$, online$]).pipe(
    map((all) => all.every(Boolean)),
    distinctUntilChanged(),
    switchMap((waits) => (waits ? awakeTimer(settings.negotiationMs, env.scheduler) : EMPTY)),
    map(() => failed(`an offer had no answer within ${settings.negotiationMs} ms`)),
  )
}

const failed = (message: string) => new CallError('negotiation-failed', message)
