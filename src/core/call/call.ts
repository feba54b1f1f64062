import {
  concatMap,
  connect,
  filter,
  map,
  merge,
  of,
  partition,
  startWith,
  switchMap,
  take,
  takeUntil,
  withLatestFrom,
  type Observable,
} from 'rxjs'
import type { CallError } from '../errors.ts'
import type { CallEvent } from '../events.ts'
import type { PeerOptions } from '../ports/index.ts'
import { namedFeatures } from '../protocol/index.ts'
import { select, withLatest } from '../rx/behavior.ts'
import { shareByType } from '../rx/event-bus.ts'
import { ofType } from '../rx/operators.ts'
import type { CallContext, CallSources, CallStart } from './call-context.ts'
import { sentStream } from './media/hold.ts'
import type { LocalMediaSources } from './media/local-media.ts'
import { inCommon } from './media-request.ts'
import { withPeer } from './outputs.ts'
import { peerIdOf, type PeerId } from './peer-id.ts'
import { callMessages } from './setup/call-messages.ts'
import { addressed } from './setup/forking.ts'
import { acceptGlare } from './setup/glare.ts'
import { isOpen } from './state.ts'

/**
 * Composes the stages of one call, from its first ring to its end. Emits what happens in it, messages to send included,
 * and completes when it has ended. Everything that the call holds (camera, peer connection, timers) is released then,
 * or on unsubscribing.
 *
 * If this side loses glare (`yielded`), its camera stays open. The other stages start again for the other side's call.
 *
 * @example
 * event$.pipe(ofType('incoming'), switchMap((start) => call({ event$, client$, start }, context)))
 */
export function call(
  { event$, client$, start }: CallSources,
  { env, settings, stages, features = [], ...ports }: CallContext,
): Observable<CallEvent> {
  const ringMs = start.type === 'incoming' ? start.ringMs : settings.ringMs

  // What the stages listen to: each stream is made once, here.
  const state$ = select(client$, (state) => state.call)
  const online$ = select(client$, ({ connection }) => connection.status === 'online')
  const ended$ = event$.pipe(ofType('ended'))
  const yielded$ = event$.pipe(ofType('yielded'))
  const opened$ = event$.pipe(ofType('peer-opened'))
  const peerClosed$ = event$.pipe(ofType('peer-closed'))
  const action$ = shareByType(
    event$.pipe(
      ofType('action'),
      map(({ action }) => action),
    ),
  )
  const peer$ = shareByType(
    event$.pipe(
      ofType('peer'),
      map(({ event }) => event),
    ),
  )
  const answer$ = event$.pipe(ofType('answered'))
  const refused$ = event$.pipe(
    ofType('refused'),
    filter(({ message }) => isOpen(state$.value) && message.callId === state$.value.callId),
  )

  const { message$, otherParty$ } = callMessages(event$, state$)

  const stream$ = select(client$, sentStream)
  const features$ = state$.pipe(map((state) => (isOpen(state) ? (state.features ?? []) : [])))
  const remoteMedia$ = event$.pipe(
    ofType('remote-media'),
    map(({ media }) => media),
  )
  /** What this side reports about what it sends, once there is something to report. */
  const status$ = select(client$, ({ localMedia }) => localMedia).pipe(filter((status) => status !== null))
  /** What this side is about to send, once the user wants this call. */
  const media$ = state$.pipe(
    concatMap((state) => (isOpen(state) && state.phase !== 'ringing' ? [state.media] : [])),
  )
  const [wish$, ownAction$] = partition(
    action$.pipe(withLatest(state$)),
    // While the call rings, a media change applies to what is opened later.
    ([{ type }, { phase }]) => type === 'media' && phase === 'ringing',
  )

  const connection = (role: PeerOptions['role'], captureError$: Observable<CallError>) =>
    stages
      .recovery(
        {
          role,
          peer$,
          opened$,
          peerClosed$,
          message$,
          state$,
          online$,
          answered$: answer$.pipe(filter(({ by }) => by === 'remote')),
          settings,
        },
        env,
      )
      .pipe(
        connect((recovery$) =>
          merge(
            stages.teardown(
              {
                action$,
                message$,
                peer$,
                opened$,
                state$,
                peerClosed$,
                recoveryFailed$: recovery$.pipe(ofType('recovery-failed')),
                captureError$,
                refused$,
                ringMs,
                settings,
              },
              env,
            ),
            recovery$.pipe(filter(({ type }) => type !== 'recovery-failed')),
            stages.peerConnections({ event$, message$, media$, stream$, role, settings }, ports.peer, env),
          ),
        ),
      )
  // Named once, so that each invite of the call names the same features.
  const named = namedFeatures(features, client$.value.connection)
  const beginning = (captureError$: Observable<CallError>) =>
    start.type === 'outgoing'
      ? merge(
          connection('offerer', captureError$),
          stages.caller(
            { ready$: status$, message$, otherParty$, media: start.media, features: named, settings },
            env,
          ),
        )
      : merge(
          connection('answerer', captureError$),
          stages.callee(
            {
              accept$: action$.pipe(ofType('accept')),
              message$,
              media: inCommon(start.media, settings.media),
              features: start.features,
              wish$: wish$.pipe(concatMap(([action]) => (action.type === 'media' ? [action.change] : []))),
            },
            env,
          ),
        )

  const output$ = stages
    .localMedia(
      {
        begin$: wanted(start, answer$),
        answered$: yielded$,
        action$: ownAction$.pipe(map(([action]) => action)),
        remote$: remoteMedia$,
      },
      ports.media,
    )
    .pipe(
      connect((local$) => {
        const captureError$ = local$.pipe(
          ofType('capture-failed'),
          map(({ error }) => error),
        )
        return merge(
          yielded$.pipe(
            map(({ features }) =>
              merge(connection('answerer', captureError$), acceptGlare({ message$, features }, env)),
            ),
            startWith(beginning(captureError$)),
            switchMap((stage$) => stage$),
          ),
          stages.mediaStatus({ status$, peer$, opened$ }),
          stages.statistics({
            action$: action$.pipe(ofType('measure', 'limit-sending')),
            opened$,
            peerClosed$,
          }),
          stages.qualityReports({
            report$: action$.pipe(ofType('report-quality')),
            peer$,
            opened$,
            features$,
          }),
          local$.pipe(filter(({ type }) => type !== 'capture-failed')),
        )
      }),
      takeUntil(ended$),
    )
  // Outlives the other stages, because it reports undelivered texts after the call has ended.
  const chat$ = stages.chat({ send$: action$.pipe(ofType('send')), peer$, opened$, ended$, settings }, env)
  const present$ = opened$.pipe(map(peerIdOf), startWith<PeerId>({ epoch: 0 }))
  return merge(output$, chat$).pipe(
    // Stages that outlive a peer connection mean the present one.
    withLatestFrom(present$),
    map(([output, peer]) => withPeer(output, peer)),
    addressed(state$),
  )
}

/**
 * What to capture, and when. The caller captures at once, and nobody's phone rings without that media. The callee
 * captures when the user accepts, and the call continues without what cannot be opened.
 */
function wanted(
  start: CallStart,
  answer$: Observable<Extract<CallEvent, { type: 'answered' }>>,
): LocalMediaSources['begin$'] {
  if (start.type === 'outgoing') return of({ media: start.media, required: true })
  return answer$.pipe(
    concatMap((answer) => (answer.by === 'local' ? [{ media: answer.media, required: false }] : [])),
    take(1),
  )
}
