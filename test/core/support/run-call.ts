import { distinctUntilChanged, endWith, filter, map, merge, share, switchMap, type Observable } from 'rxjs'
import { call } from '../../../src/core/call/call.ts'
import { callStages } from '../../../src/core/call/stages.ts'
import { isSameMedia } from '../../../src/core/call/media-request.ts'
import { defaultSettings, initialState, isOpen, reduce } from '../../../src/core/index.ts'
import type {
  CallEvent,
  CallState,
  ClientState,
  Env,
  MediaRequest,
  PeerEvent,
  PeerOptions,
} from '../../../src/core/index.ts'
import { mediaPort } from './media.ts'
import { callId } from './parties.ts'
import { loop } from '../../../src/core/rx/loop.ts'
import { isCurrent } from '../../../src/core/client-state.ts'
import { ofType } from '../../../src/core/rx/operators.ts'

export interface CallRun {
  /** What comes from outside: `outgoing` or `incoming`, messages received, what the user does. */
  readonly input$: Observable<CallEvent>
  /** What the camera does, each time it is opened, or what each capture does, in order. */
  readonly capture$: Observable<MediaStream> | readonly Observable<MediaStream>[]
  /** What the peer connections do, in the order in which they are opened. */
  readonly peers: readonly Observable<PeerEvent>[]
}

/** Stands in the events for the completion of the call. */
const completed: CallEvent = { type: 'roster', users: ['the call completed'] }

/** Runs a call in a loop, over fake ports, and takes apart what comes of it. */
export function runCall({ input$, capture$, peers }: CallRun, env: Env) {
  const captures: MediaRequest[] = []
  const openings: PeerOptions[] = []
  const context = {
    env,
    stages: callStages,
    settings: { ...defaultSettings, ringMs: 100, connectMs: 50, closeGraceMs: 5, candidateBatchMs: 1 },
    media: mediaPort((request) => {
      captures.push(request)
      const next$ = 'subscribe' in capture$ ? capture$ : capture$[captures.length - 1]
      if (!next$) throw new Error('one capture more than the test foresees')
      return next$
    }),
    peer: {
      open: (options: PeerOptions) => {
        const peer$ = peers[openings.length]
        if (!peer$) throw new Error('one peer connection more than the test foresees')
        openings.push(options)
        return peer$
      },
    },
  }
  const online: ClientState = {
    ...initialState,
    connection: { status: 'online', self: { user: 'alice', party: callId } },
  }
  const step$ = loop(
    { initial: online, reduce, admit: isCurrent },
    (event$: Observable<CallEvent>, client$) =>
      merge(
        input$,
        event$.pipe(
          ofType('outgoing', 'incoming'),
          switchMap((start) => call({ event$, client$, start }, context).pipe(endWith(completed))),
        ),
      ),
  ).pipe(share())
  const event$ = step$.pipe(map(({ event }) => event))

  const command$ = event$.pipe(
    ofType('command'),
    map(({ command }) => command),
  )

  return {
    /** The phases of the call in words: `calling capturing`, `ended hung-up remote`. */
    phase$: step$.pipe(
      map(({ state }) => phaseOf(state.call)),
      distinctUntilChanged(),
    ),
    sent$: event$.pipe(
      ofType('send'),
      map(({ message }) => message),
    ),
    /** What the port is told to do, but for its tracks. */
    command$: command$.pipe(filter(({ type }) => type !== 'track' && type !== 'replace')),
    /** The tracks that the peer connection is told to send. */
    track$: command$.pipe(ofType('track')),
    /** What this side sends, as its state has it, while the call is open. */
    media$: step$.pipe(
      map(({ state }) => state.call),
      filter(isOpen),
      map(({ media }) => media),
      distinctUntilChanged(isSameMedia),
    ),
    /** Everything that the call itself emits. */
    said$: event$.pipe(
      filter(({ type }) => !['action', 'received', 'refused', 'outgoing', 'incoming'].includes(type)),
    ),
    completed$: event$.pipe(
      filter((event) => event === completed),
      map(() => true),
    ),
    /** What the camera was asked for, and how peer connections were opened. */
    captures,
    openings,
  }
}

function phaseOf(call: CallState): string {
  if (call.phase === 'calling') return `calling ${call.progress}`
  if (call.phase === 'ended') return `ended ${call.reason} ${call.by}`
  return call.phase
}
