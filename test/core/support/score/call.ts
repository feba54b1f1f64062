import {
  distinctUntilChanged,
  endWith,
  filter,
  map,
  merge,
  share,
  skip,
  skipWhile,
  switchMap,
  type Observable,
} from 'rxjs'
import { call } from '../../../../src/core/call/call.ts'
import { defaultSettings, isOpen } from '../../../../src/core/index.ts'
import { callStages, initialState, reduce } from '../../../../src/core/stages/index.ts'
import type {
  CallEvent,
  CallState,
  ClientState,
  MediaRequest,
  PeerEvent,
  PeerOptions,
} from '../../../../src/core/index.ts'
import { isCurrent } from '../../../../src/core/client-state.ts'
import { loop } from '../../../../src/core/rx/loop.ts'
import { ofType } from '../../../../src/core/rx/operators.ts'
import { mediaPort } from '../media.ts'
import { callId } from '../parties.ts'
import type { Lane, OneOrMore, Performance, Players } from './score.ts'

/** The lanes of one call over fake ports. */
export interface CallLanes {
  /** Input of the user: `outgoing` for a call, and actions. */
  readonly user?: string
  /** Input of the other side: `incoming` for an invite, `yielded` for glare, and messages. */
  readonly remote?: string
  /** Messages that the relay refuses. */
  readonly relay?: string
  /** The events of each capture from its opening, or of all of them. */
  readonly capture?: OneOrMore<Lane>
  readonly captureOpen?: OneOrMore<string>
  /** The events of each peer connection from its opening. */
  readonly peer?: OneOrMore<Lane>
  readonly peerOpen?: OneOrMore<string>

  /** The phases of the call in words: `calling capturing`, `ended hung-up remote`. */
  readonly phase?: string
  /** The messages to the relay. */
  readonly sent?: string
  /** The commands to the peer connection, except for tracks and replacement. */
  readonly command?: string
  /** The tracks that the peer connection is told to send. */
  readonly track?: string
  /** The messages sent over the data channel, and their peer connection. */
  readonly data?: string
  /** The sent video in the state of the open call. */
  readonly video?: string
  /** The media status of the other side. */
  readonly remoteMedia?: string
  /** The fact that the call has ended. */
  readonly ended?: string
  /** Errors for the user, and `completed` when the call has completed. */
  readonly report?: string
  /** The types of everything that the call emits, including what it emits after it has completed. */
  readonly emitted?: string
  readonly late?: string

  /** The requests to the media port and the peer port, in order. */
  readonly asked?: readonly MediaRequest[]
  readonly openings?: readonly PeerOptions[]
  /** The tracks that each peer connection was opened with. */
  readonly openedWith?: readonly (readonly MediaStreamTrack[] | undefined)[]
  readonly leave?: string
}

const settings = { ...defaultSettings, ringMs: 100, connectMs: 50, closeGraceMs: 5, candidateBatchMs: 1 }
const online: ClientState = {
  ...initialState,
  connection: { status: 'online', self: { user: 'alice', party: callId } },
}
/** Stands in the events for the completion of the call. */
const completed: CallEvent = { type: 'roster', users: ['the call completed'] }
const fromOutside = ['action', 'received', 'refused', 'outgoing', 'incoming']

/** Performs one call in the loop of the client's queue. */
export function performCall(lanes: CallLanes, { env, hot, resources }: Players): Performance {
  const asked: MediaRequest[] = []
  const openings: PeerOptions[] = []
  const captures = resources<MediaStream>('capture', lanes.capture ?? [], lanes.captureOpen)
  const peers = resources<PeerEvent>('peer', lanes.peer ?? [], lanes.peerOpen)
  const context = {
    env,
    stages: callStages,
    settings,
    media: mediaPort((request) => {
      const capture$ = Array.isArray(lanes.capture) ? captures[asked.length] : captures[0]
      asked.push(request)
      return foreseen(capture$, 'capture')
    }),
    peer: { open: (options: PeerOptions) => foreseen(peers[openings.push(options) - 1], 'peer connection') },
  }
  const input$ = merge(
    hot<CallEvent>('user', lanes.user),
    hot<CallEvent>('remote', lanes.remote),
    hot<CallEvent>('relay', lanes.relay),
  )
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
  const state$ = step$.pipe(map(({ state }) => state.call))
  const event$ = step$.pipe(map(({ event }) => event))
  const command$ = event$.pipe(ofType('command'))
  const emitted$ = event$.pipe(
    filter(({ type }) => !fromOutside.includes(type)),
    map((event) => (event === completed ? 'completed' : event.type)),
  )

  return {
    out: {
      phase: state$.pipe(map(phaseOf), distinctUntilChanged()),
      sent: event$.pipe(
        ofType('send'),
        map(({ message }) => message),
      ),
      command: command$.pipe(
        map(({ command }) => command),
        filter(({ type }) => type !== 'track' && type !== 'replace'),
      ),
      track: command$.pipe(
        map(({ command }) => command),
        filter(({ type }) => type === 'track'),
      ),
      data: command$.pipe(filter(({ command }) => command.type === 'send')),
      video: state$.pipe(
        filter(isOpen),
        map(({ media }) => media.video),
        distinctUntilChanged(),
      ),
      remoteMedia: event$.pipe(ofType('remote-media')),
      ended: event$.pipe(ofType('ended')),
      report: event$.pipe(
        filter((event) => event.type === 'error' || event === completed),
        map((event) => (event === completed ? 'completed' : event)),
      ),
      emitted: emitted$,
      late: emitted$.pipe(
        skipWhile((type) => type !== 'completed'),
        skip(1),
      ),
    },
    after: {
      asked: () => asked,
      openings: () => openings,
      openedWith: () => openings.map(({ stream }) => stream?.getTracks()),
    },
  }
}

function foreseen<T>(stream$: Observable<T> | undefined, what: string): Observable<T> {
  if (!stream$) throw new Error(`the score has no lane for another ${what}`)
  return stream$
}

function phaseOf(call: CallState): string {
  if (call.phase === 'calling') return `calling ${call.progress}`
  if (call.phase === 'ended') return `ended ${call.reason} ${call.by}`
  return call.phase
}
