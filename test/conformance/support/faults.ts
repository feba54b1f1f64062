import {
  EMPTY,
  catchError,
  concat,
  NEVER,
  Observable,
  concatMap,
  defer,
  filter,
  map,
  merge,
  of,
  takeWhile,
  throwError,
} from 'rxjs'
import { CallError, type PeerCommand, type PeerEvent, type PeerPort } from '../../../src/core/index.ts'
import type { PeerRole } from '../../../src/testing/index.ts'

/** A known fault of an adapter, and the cases that must find it. */
export interface Fault {
  readonly name: string
  readonly into: (port: PeerPort) => PeerPort
  readonly foundBy: readonly string[]
}

/** A fault that shows where a path was lost, and in what words: by time alone nothing is found there, which takes its time. */
export interface PathFault extends Omit<Fault, 'foundBy'> {
  readonly foundBy: readonly (readonly [conformanceCase: string, complaint: RegExp])[]
}

const events = (change: (event$: Observable<PeerEvent>) => Observable<PeerEvent>): Fault['into'] => {
  return (port) => ({ open: (options, command$) => change(port.open(options, command$)) })
}
const commands = (change: (command$: Observable<PeerCommand>) => Observable<PeerCommand>): Fault['into'] => {
  return (port) => ({ open: (options, command$) => port.open(options, change(command$)) })
}
const deaf = (...types: readonly PeerCommand['type'][]): Fault['into'] =>
  commands(filter(({ type }) => !types.includes(type)))
const silent = (isHidden: (event: PeerEvent) => boolean): Fault['into'] =>
  events(filter((event) => !isHidden(event)))

const dead = () => new CallError('connection-failed', 'dead')

/** Errors with the first command for which what `make` returns is true. */
const dyingOf = (make: (role: PeerRole) => (command: PeerCommand) => boolean): Fault['into'] => {
  return (port) => ({
    open: (options, command$) => {
      const death$ = command$.pipe(
        filter(make(options.role)),
        concatMap(() => throwError(dead)),
      )
      return merge(port.open(options, command$), death$)
    },
  })
}

const stoppingTracks: Fault['into'] = (port) => ({
  open: (options, command$) =>
    new Observable((subscriber) => {
      subscriber.add(() => options.stream?.getTracks().forEach((track) => track.stop()))
      return port.open(options, command$).subscribe(subscriber)
    }),
})

const connects = 'connects, and carries audio, video and text both ways'
const roles = ['offerer', 'answerer'] as const
const closesConnected = roles.map(
  (role) => `closes at the ${role} when connected, and completes at the other side`,
)
const closes = roles.flatMap((role) => [
  `closes at the ${role} before the offer arrives`,
  `closes at the ${role} while the offer is being applied`,
  `closes at the ${role} before the answer arrives`,
  `closes at the ${role} while connecting`,
  `closes at the ${role} in the middle of an ICE restart, and completes at the other side`,
])
const replaces = roles.map(
  (role) => `replaces, removes and restores the track of the ${role} without a new offer`,
)
const noOpenConnection = 'makes 200 calls in a row, and leaves no connection open'

const cutUntil = (state: 'disconnected' | 'failed') =>
  `recovers from a cut path when an ICE restart at ${state} finds another one`

/** Cases that begin without any path: two libwebrtcs in Node wait for one for ever, and never fail. */
export const unproved: readonly string[] = [
  'recovers when an ICE restart finds the first path',
  'lets a new pair of connections replace a failed one, with the same local streams',
]

const notBack = /not connected after the restart/

const endingAt = (state: 'disconnected' | 'failed'): Fault['into'] =>
  events(takeWhile((event) => event.type !== 'connection-state' || event.state !== state, true))

export const pathFaults: readonly PathFault[] = [
  {
    name: 'ends where its connection has failed',
    into: endingAt('failed'),
    foundBy: [[cutUntil('failed'), notBack]],
  },
  {
    name: 'ends where its connection is disconnected',
    into: endingAt('disconnected'),
    foundBy: [[cutUntil('disconnected'), notBack]],
  },
  {
    name: 'restarts nothing',
    into: deaf('restart'),
    foundBy: [
      [cutUntil('disconnected'), notBack],
      [cutUntil('failed'), notBack],
    ],
  },
]

let count = 0

export const faults: readonly Fault[] = [
  {
    name: 'tells no track',
    into: silent(({ type }) => type === 'track-added'),
    foundBy: [connects, 'connects when only the offerer sends', 'connects when only the answerer sends'],
  },
  {
    name: 'never says that text can be sent',
    into: silent(({ type }) => type === 'data-open'),
    foundBy: [connects],
  },
  {
    name: 'says twice that text can be sent',
    into: events(concatMap((event) => (event.type === 'data-open' ? of(event, event) : of(event)))),
    foundBy: [connects],
  },
  {
    name: 'sends no text',
    into: deaf('send'),
    foundBy: [connects, 'keeps texts whole and in order', 'connects when nobody sends'],
  },
  {
    name: 'loses texts of one letter in ten',
    into: silent((event) => event.type === 'data' && String(event.data).endsWith('7')),
    foundBy: ['keeps texts whole and in order'],
  },
  {
    name: 'tells each text twice',
    into: events(concatMap((event) => (event.type === 'data' ? of(event, event) : of(event)))),
    foundBy: ['keeps texts whole and in order'],
  },
  {
    name: 'does not tell the end of candidates',
    into: silent((event) => event.type === 'candidate' && event.candidate === null),
    foundBy: ['reports the end of candidates'],
  },
  {
    name: 'tells a candidate before its description',
    into: events((event$) =>
      concat(of({ type: 'candidate', candidate: { candidate: '' } } as const), event$),
    ),
    foundBy: ['makes one offer and one answer, each before its candidates'],
  },
  {
    name: 'makes two offers where one is enough',
    into: commands((command$) => concat(of({ type: 'renegotiate' } as const), command$)),
    foundBy: ['makes one offer and one answer, each before its candidates'],
  },
  {
    name: 'ends where its connection comes up',
    into: events(takeWhile((event) => event.type !== 'connection-state' || event.state !== 'connected')),
    foundBy: ['connects when the offer arrives twice', 'survives candidates of another connection'],
  },
  {
    name: 'tells no signaling state',
    into: silent(({ type }) => type === 'signaling-state'),
    foundBy: ['reports its states as they change'],
  },
  {
    name: 'does not answer get-stats',
    into: deaf('get-stats'),
    foundBy: ['reports the figures of the connection'],
  },
  {
    name: 'answers get-stats twice',
    into: events(concatMap((event) => (event.type === 'stats' ? [event, event] : [event]))),
    foundBy: ['reports the figures of the connection'],
  },
  {
    name: 'ignores limits silently',
    into: deaf('limit'),
    foundBy: ['limits the video that it sends, or reports that it cannot'],
  },
  { name: 'does not measure', into: deaf('measure'), foundBy: ['measures what has arrived'] },
  {
    name: 'measures the same all the time',
    into: events(map((event) => (event.type === 'received' ? { ...event, bytes: 1000 } : event))),
    foundBy: ['measures what has arrived'],
  },
  {
    name: 'drops every candidate',
    into: deaf('candidate'),
    foundBy: [
      connects,
      'connects when the candidates of the offerer are lost',
      'connects when the candidates of the answerer are lost',
    ],
  },
  {
    name: 'drops candidates that come before their description',
    into: commands((command$) =>
      defer(() => {
        let isDescribed = false
        return command$.pipe(
          filter((command) => {
            isDescribed ||= command.type === 'description'
            return command.type !== 'candidate' || isDescribed
          }),
        )
      }),
    ),
    foundBy: [
      'connects by candidates of the offerer alone, which arrive before its description',
      'connects by candidates of the answerer alone, which arrive before its description',
    ],
  },
  {
    name: 'does not change what it sends',
    into: deaf('track'),
    foundBy: [
      'sends what the offerer adds when nothing was sent before',
      'sends what the answerer adds when nothing was sent before',
      'sends what both sides add at once when nothing was sent before',
      'sends what both sides add at once to what they send already',
      'sends what the offerer adds before the connection is up',
      'sends what the answerer adds before the connection is up',
      'settles on the latest requests after twenty overlapping changes by both sides',
      ...replaces,
    ],
  },
  {
    name: 'takes no track away',
    into: commands(filter((command) => command.type !== 'track' || command.track !== null)),
    foundBy: replaces,
  },
  {
    name: 'negotiates for each track',
    into: commands(
      concatMap((command) =>
        command.type === 'track' ? of(command, { type: 'renegotiate' } as const) : of(command),
      ),
    ),
    // An answerer asked for an offer makes none.
    foundBy: replaces.slice(0, 1),
  },
  {
    name: 'does not hear that an offer is wanted',
    into: deaf('renegotiate'),
    foundBy: ['makes a new offer when the answerer asks for one'],
  },
  {
    name: 'restarts nothing',
    into: deaf('restart'),
    foundBy: [
      'restarts ICE with new credentials, and media go on',
      'restarts ICE only at the offerer',
      'restarts ICE after the pending offer',
      'restarts ICE while both sides change what they send',
      'closes at the offerer in the middle of an ICE restart, and completes at the other side',
    ],
  },
  {
    name: 'makes an offer without new credentials for a restart',
    into: commands(map((command) => (command.type === 'restart' ? { type: 'renegotiate' } : command))),
    foundBy: ['restarts ICE with new credentials, and media go on'],
  },
  {
    name: 'asks for an offer when an answerer is to restart',
    into: (port) => ({
      open: (options, command$) =>
        merge(
          port.open(options, command$),
          command$.pipe(
            concatMap(({ type }) =>
              type === 'restart' && options.role === 'answerer'
                ? of({ type: 'renegotiate' } as const)
                : EMPTY,
            ),
          ),
        ),
    }),
    foundBy: ['restarts ICE only at the offerer'],
  },
  {
    name: 'leaves its connection open',
    into: (port) => ({
      open: (options, command$) =>
        new Observable((subscriber) => {
          port.open(options, command$).subscribe(subscriber)
          return () => port.open(options, NEVER).subscribe()
        }),
    }),
    foundBy: [noOpenConnection, 'closes its connection when unsubscribed, and leaves local tracks alone'],
  },
  {
    name: 'goes on listening to its commands',
    into: (port) => ({
      open: (options, command$) => {
        command$.subscribe()
        return port.open(options, command$)
      },
    }),
    foundBy: [...closes, ...closesConnected],
  },
  {
    name: 'stops the local tracks when it closes',
    into: stoppingTracks,
    foundBy: [
      noOpenConnection,
      'closes its connection when unsubscribed, and leaves local tracks alone',
      'closes its connection when it ends by itself, and leaves local tracks alone',
      'sends one local stream over two connections at once',
    ],
  },
  {
    name: 'does not notice that the other side closed',
    into: (port) => ({ open: (options, command$) => merge(port.open(options, command$), NEVER) }),
    foundBy: closesConnected,
  },
  {
    name: 'ends when it has gathered all candidates',
    into: events(takeWhile((event) => event.type !== 'candidate' || event.candidate !== null)),
    foundBy: ['reports the end of candidates'],
  },
  {
    name: 'opens its connection before anybody subscribes',
    into: (port) => ({
      open: (options, command$) => {
        const eager = port.open(options, NEVER).subscribe()
        return merge(port.open(options, command$), new Observable<never>(() => eager))
      },
    }),
    foundBy: ['opens one connection for each subscription, and none before'],
  },
  {
    name: 'tells its own error where a description is refused',
    into: (port) => ({
      open: (options, command$) =>
        new Observable((subscriber) =>
          port.open(options, command$).subscribe({
            next: (event) => subscriber.next(event),
            error: () => subscriber.error(new Error('refused')),
            complete: () => subscriber.complete(),
          }),
        ),
    }),
    foundBy: [
      'errors with negotiation-failed when the offerer gets a nonsensical description',
      'errors with negotiation-failed when the answerer gets a nonsensical description',
    ],
  },
  {
    name: 'says nothing where a description is refused',
    into: events(catchError(() => NEVER)),
    foundBy: [
      'errors with negotiation-failed when the offerer gets a nonsensical description',
      'errors with negotiation-failed when the answerer gets a nonsensical description',
    ],
  },
  {
    name: 'takes every description for a new one',
    into: commands(
      map((command) =>
        command.type === 'description'
          ? {
              ...command,
              description: {
                ...command.description,
                sdp: `${command.description.sdp}a=x-${String(count++)}\r\n`,
              },
            }
          : command,
      ),
    ),
    foundBy: ['survives signals that arrive again once it is connected'],
  },
  {
    name: 'knows only the last description of each type again',
    into: (port) => ({
      open: (options, command$) => {
        const last: Partial<Record<string, string>> = {}
        const asNew$ = command$.pipe(
          map((command) => {
            if (command.type !== 'description') return command
            const { type, sdp } = command.description
            if (last[type] === sdp) return command
            last[type] = sdp
            return { ...command, description: { type, sdp: `${sdp}a=x-${String(count++)}\r\n` } }
          }),
        )
        return port.open(options, asNew$)
      },
    }),
    foundBy: ['survives all earlier signals that arrive again, before and during a new negotiation'],
  },
  {
    name: 'dies of a description that comes twice',
    into: dyingOf(() => {
      const seen = new Set<string>()
      return (command) => {
        if (command.type !== 'description') return false
        const { sdp } = command.description
        return seen.has(sdp) || !seen.add(sdp)
      }
    }),
    foundBy: [
      'connects when the offer arrives twice',
      'connects when the answer arrives twice',
      'survives signals that arrive again once it is connected',
    ],
  },
  {
    name: 'dies of a candidate that comes twice',
    into: dyingOf(() => {
      const seen = new Set<string>()
      return (command) => {
        if (command.type !== 'candidate' || command.candidate === null) return false
        const text = JSON.stringify(command.candidate)
        return seen.has(text) || !seen.add(text)
      }
    }),
    foundBy: ['connects when each candidate arrives twice'],
  },
  {
    name: 'dies of a candidate before any description',
    into: dyingOf(() => {
      let isDescribed = false
      return ({ type }) => {
        isDescribed ||= type === 'description'
        return type === 'candidate' && !isDescribed
      }
    }),
    foundBy: [
      'connects when the offer arrives late, after its candidates',
      'connects when the answer arrives late, after its candidates',
      'connects when all signals of the offerer arrive in reverse order',
      'connects when all signals of the answerer arrive in reverse order',
      'survives candidates of another connection',
    ],
  },
  {
    name: 'dies of a candidate for no media section',
    into: dyingOf(() => (command) => command.type === 'candidate' && command.candidate?.sdpMid === '77'),
    foundBy: ['is not ended by a candidate that cannot be added'],
  },
  {
    name: 'drops candidates that come late',
    into: commands((command$) =>
      defer(() => {
        const end = performance.now() + 600
        return command$.pipe(filter(({ type }) => type !== 'candidate' || performance.now() < end))
      }),
    ),
    foundBy: ['connects when the candidates arrive late'],
  },
  {
    name: 'dies of an answer to no offer of its own',
    into: dyingOf((role) => {
      let answers = 0
      return (command) =>
        command.type === 'description' &&
        command.description.type === 'answer' &&
        (role === 'answerer' || ++answers > 1)
    }),
    foundBy: ['survives an answer of another connection when no offer is pending'],
  },
  {
    name: 'dies of an offer at the offerer',
    into: dyingOf(
      (role) => (command) =>
        role === 'offerer' && command.type === 'description' && command.description.type === 'offer',
    ),
    foundBy: ['survives an offer of another connection at the offerer'],
  },
]
