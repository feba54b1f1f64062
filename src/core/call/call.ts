import {
  concatMap,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  scan,
  share,
  shareReplay,
  startWith,
  switchMap,
  take,
  takeUntil,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import type { CallEvent } from '../events.ts'
import { ofType } from '../rx/operators.ts'
import type { Env, MediaPort, MediaRequest, PeerPort } from '../ports/index.ts'
import type { CallSettings } from '../settings.ts'
import { chat } from './data-channel/chat.ts'
import { fork, concerns, inCall, isOfOtherParty, notForked } from './setup/forking.ts'
import { unlessHeld } from './media/hold.ts'
import { caller } from './setup/caller.ts'
import { inCommon } from './media-request.ts'
import { localMedia, type LocalMediaSources } from './media/local-media.ts'
import { mediaStatus } from './data-channel/media-status.ts'
import { peerConnections } from './peer/peer-connections.ts'
import { recovery } from './recovery/recovery.ts'
import { acceptGlare, callee } from './setup/callee.ts'
import { inEpoch, type SessionOutput, type StageOutput } from './outputs.ts'
import { isOpen, type CallState } from './state.ts'
import { teardown } from './ending/teardown.ts'

export interface CallSources {
  /** Everything that happens in the client, this session's own events included. */
  readonly event$: Observable<CallEvent>
  /** The state of the call; replays the latest. */
  readonly state$: Observable<CallState>
  /** Whether the relay can be reached; replays the latest. */
  readonly online$: Observable<boolean>
  /** How the call begins. */
  readonly start: CallStart
}

/** A call begins by dialling, or by ringing for at most `ringMs` milliseconds; `media` is what the caller sends. */
export type CallStart =
  | { readonly type: 'outgoing'; readonly media: MediaRequest }
  | { readonly type: 'incoming'; readonly ringMs: number; readonly media: MediaRequest }

export interface CallContext {
  readonly peer: PeerPort
  readonly media: MediaPort
  readonly env: Env
  readonly settings: CallSettings
}

/**
 * One call, from its first ring to its end: the composition of its stages. Emits what happens in it, messages to send
 * included, and completes when it has ended. Everything that the call holds (camera, peer connection, timers) is released
 * then, or on unsubscribing.
 *
 * When this side's call gives way in glare (`yielded`), its camera stays open, and the other stages start again for the
 * call of the other side.
 */
export function call(
  { event$, state$, online$, start }: CallSources,
  context: CallContext,
): Observable<CallEvent> {
  const { env, settings } = context
  const action$ = event$.pipe(
    ofType('action'),
    map(({ action }) => action),
    share(),
  )
  const peer$ = event$.pipe(
    ofType('peer'),
    map(({ event }) => event),
    share(),
  )
  const opened$ = event$.pipe(ofType('opened'))
  const unlinked$ = event$.pipe(ofType('peer-closed'))
  const ended$ = event$.pipe(ofType('ended'))
  const ofCall$ = event$.pipe(
    ofType('received'),
    map(({ message }) => message),
    withLatestFrom(state$),
    share(),
  )
  const message$ = ofCall$.pipe(
    concatMap(([message, state]) => (isOpen(state) && concerns(message, state) ? [message] : [])),
    share(),
  )
  const otherParty$ = ofCall$.pipe(
    concatMap(([message, state]) => (isOpen(state) && isOfOtherParty(message, state) ? [message] : [])),
  )
  const refused$ = event$.pipe(
    ofType('refused'),
    withLatestFrom(state$),
    filter(([{ message }, state]) => isOpen(state) && message.callId === state.callId),
    map(([refusal]) => refusal),
  )

  const captured$ = event$.pipe(ofType('captured'))
  const status$ = event$.pipe(
    ofType('local-media'),
    map(({ media }) => media),
  )
  const stream$ = unlessHeld({
    stream$: captured$.pipe(
      map(({ stream }) => stream),
      startWith<MediaStream | null>(null),
    ),
    local$: status$,
    remote$: event$.pipe(
      ofType('remote-media'),
      map(({ media }) => media),
    ),
  }).pipe(shareReplay({ bufferSize: 1, refCount: true }))
  /** What this side is about to send, from when the user wants this call. */
  const media$ = state$.pipe(
    concatMap((state) => (isOpen(state) && state.phase !== 'ringing' ? [state.media] : [])),
  )
  const captureError$ = event$.pipe(
    ofType('uncaptured'),
    map(({ error }) => error),
  )
  const wish$ = action$.pipe(
    ofType('media'),
    withLatestFrom(state$),
    filter(([, { phase }]) => phase === 'ringing'),
    map(([{ change }]) => change),
  )
  const ownAction$ = action$.pipe(
    withLatestFrom(state$),
    // While it rings it is a wish for what is opened later.
    filter(([{ type }, { phase }]) => type !== 'media' || phase !== 'ringing'),
    map(([action]) => action),
  )

  const ringMs = start.type === 'incoming' ? start.ringMs : settings.ringMs
  const gaveUp$ = event$.pipe(ofType('recovery-failed'))
  const answered$ = event$.pipe(ofType('answered'))
  /** What the present peer connection is concerned with. */
  const withEpoch = (output$: Observable<StageOutput>): Observable<SessionOutput> =>
    output$.pipe(
      withLatestFrom(
        opened$.pipe(
          map(({ epoch }) => epoch),
          startWith(0),
        ),
      ),
      map(([output, epoch]) => inEpoch(output, epoch)),
    )
  const negotiation = (role: 'offerer' | 'answerer'): Observable<SessionOutput> =>
    merge(
      teardown(
        {
          action$,
          message$,
          peer$,
          opened$,
          state$,
          unlinked$,
          gaveUp$,
          captureError$,
          refused$,
          ringMs,
          settings,
        },
        env,
      ),
      withEpoch(
        recovery(
          {
            role,
            peer$,
            opened$,
            unlinked$,
            message$,
            state$,
            online$,
            answered$,
            settings,
          },
          env,
        ),
      ),
      peerConnections({ event$, message$, media$, stream$, role, settings }, context.peer, env),
    )
  const beginning =
    start.type === 'outgoing'
      ? merge(
          negotiation('offerer'),
          caller({ captured$, message$, otherParty$, media: start.media, settings }, env),
        )
      : merge(
          negotiation('answerer'),
          callee(
            {
              accept$: action$.pipe(ofType('accept')),
              message$,
              media: inCommon(start.media, settings.media),
              wish$,
            },
            env,
          ),
        )
  const yielded$ = event$.pipe(ofType('yielded'))
  const yielding$ = yielded$.pipe(map(() => merge(negotiation('answerer'), acceptGlare({ message$ }, env))))

  return merge(
    // Kept for the stages that begin later, as they do after glare.
    stream$.pipe(ignoreElements(), takeUntil(ended$)),
    localMedia(
      { begin$: wanted(start, event$), answered$: yielded$, action$: ownAction$, event$ },
      context.media,
    ).pipe(takeUntil(ended$)),
    yielding$.pipe(
      startWith(beginning),
      switchMap((stages$) => stages$),
      takeUntil(ended$),
    ),
    withEpoch(mediaStatus({ status$, peer$, opened$ })).pipe(takeUntil(ended$)),
    withEpoch(chat({ send$: action$.pipe(ofType('send')), peer$, opened$, ended$, settings }, env)),
  ).pipe(
    withLatestFrom(state$),
    scan(
      (mailing, [output, state]) =>
        state.phase === 'idle' ? { ...mailing, outputs: [] } : fork(mailing, output, state),
      notForked,
    ),
    withLatestFrom(state$),
    concatMap(([{ outputs }, state]) =>
      state.phase === 'idle' ? [] : outputs.map((output) => inCall(output, state)),
    ),
  )
}

/**
 * What to capture, when the time has come: the caller's at once, and nobody rings without it; the callee's when the user
 * accepts, and the call goes on without what cannot be opened.
 */
function wanted(start: CallStart, event$: Observable<CallEvent>): LocalMediaSources['begin$'] {
  if (start.type === 'outgoing') return of({ media: start.media, required: true })
  return event$.pipe(
    ofType('accepted'),
    take(1),
    map(({ media }) => ({ media, required: false })),
  )
}
