import type { CallAction, CallErrorCode, CallerVerdict, Feature, TrackKind } from '../../core/index.ts'

/**
 * Everything that defines one simulated world, as plain data: its users, what they do and what goes wrong. The same
 * scenario always runs the same way. Parts of it can be left out to find the smallest scenario that still fails.
 */
export interface Scenario {
  readonly seed: number
  readonly clients: readonly SimulatedUser[]
  readonly timeline: readonly TimelineEntry[]
  /** Whether every fault ends at some time, so that everything has to settle. */
  readonly settles: boolean
  /** The features that the relay names in its welcome; none by default. */
  readonly relayFeatures?: readonly string[]
}

/** One tab of a user. A user may have two tabs. */
export interface SimulatedUser {
  readonly user: string
  /** By how many milliseconds this tab's clock is wrong. */
  readonly clockMs: number
  /** What the user does when it rings for the n-th time, over and over; nothing if it is empty. */
  readonly answers: readonly Answer[]
  /** How the n-th capture goes, over and over; all succeed at once if it is empty. */
  readonly captures: readonly Capture[]
  /** The adapter of this tab's peer connections. */
  readonly peer: PeerKind
  /** The features that this client supports; none by default. */
  readonly features?: readonly Feature[]
  /** The verdicts of this client's port `callers` on other users; `yes` for users that are missing. */
  readonly verdicts?: Readonly<Record<string, SimulatedVerdict>>
  /** Whether the client watches the quality of its calls, and adapts what it sends; neither by default. */
  readonly quality?: 'watches' | 'adapts'
  /** When a recording of this client begins, in milliseconds; never by default. It must change nothing. */
  readonly recordsAt?: number
}

/** The verdict of the port `callers` on a user, or that it throws. */
export type SimulatedVerdict = NonNullable<CallerVerdict['ring']> | 'throws'

/**
 * The adapter that the peers resemble. With `bare-simple-peer` nothing wraps simple-peer, so calls never connect, but
 * they still have to end.
 */
export type PeerKind = 'simple-peer' | 'native' | 'bare-simple-peer'

export interface Answer {
  readonly afterMs: number
  readonly does: 'accept' | 'decline' | 'nothing'
}

export interface Capture {
  readonly afterMs: number
  /** Undefined if it succeeds. */
  readonly refusal?: CallErrorCode | undefined
  /** The refused kind; if missing, every request is refused. The other kind can be opened by itself. */
  readonly refused?: TrackKind
}

/** A user action or an injected fault at a time, in milliseconds of the world. `client` is an index into the list of clients. */
export type TimelineEntry =
  | { readonly at: number; readonly client: number; readonly action: CallAction }
  | ({ readonly at: number } & Fault)

/** A fault. It lasts `ms` milliseconds, if it has `ms`. */
export type Fault =
  /**
   * A share `rate` of the messages to this client is lost, duplicated, reordered, or delayed too long. For `lost-ack`,
   * only acknowledgements are lost.
   */
  | {
      readonly fault: 'loss' | 'lost-ack' | 'duplication' | 'reordering' | 'delay'
      readonly client: number
      readonly ms: number
      readonly rate: number
    }
  /** No message from this client arrives anywhere, but it still receives messages. */
  | { readonly fault: 'one-way-partition'; readonly client: number; readonly ms: number }
  /**
   * The client's connection to the relay hangs. The connection survives, and messages to the client arrive afterwards.
   */
  | { readonly fault: 'stall'; readonly client: number; readonly ms: number }
  /** The client loses its connection with everything in flight, and returns as the same party with a new connection. */
  | { readonly fault: 'disconnect'; readonly client: number; readonly ms: number }
  /** Like `disconnect`, for everybody. */
  | { readonly fault: 'relay-restart'; readonly ms: number }
  /** The client disappears, silently or as a closed tab. `ms` later, the same user joins as another party. */
  | { readonly fault: 'crash' | 'tab-close'; readonly client: number; readonly ms: number }
  /** Nothing runs in the client: no timer, no event. Afterwards everything runs at once. */
  | { readonly fault: 'freeze'; readonly client: number; readonly ms: number }
  /** A delivered message arrives again: with `replay` any, with `stale` one that is not of the open call. */
  | { readonly fault: 'stale' | 'replay'; readonly client: number; readonly which: number }
  | { readonly fault: 'malformed'; readonly client: number; readonly which: number }
  /** A third party sends a message in the name of the open call. */
  | { readonly fault: 'forged'; readonly client: number; readonly which: number }
  /** A third party sends a message for each of many unknown calls. */
  | { readonly fault: 'flood'; readonly client: number }
  /** For `ms`, the other parties of the open call acknowledge nothing, and keep asking for everything again. */
  | { readonly fault: 'resume-storm'; readonly client: number; readonly ms: number }
  /**
   * A third party's invite arrives that was in flight for `ageMs`, and may have expired. Its offer may arrive first.
   */
  | {
      readonly fault: 'old-invite'
      readonly client: number
      readonly ageMs: number
      readonly offerFirst: boolean
    }
  /** Another party takes the name of the open call's other side, as after a restart of the relay, and calls. */
  | { readonly fault: 'takeover'; readonly client: number }
  /** A stranger calls `times` times, every `everyMs`, and replaces each call with the next one. */
  | {
      readonly fault: 'rings-again'
      readonly client: number
      readonly times: number
      readonly everyMs: number
    }
  /**
   * The next `times` descriptions of this client's peer connections cannot be applied: the other side's, or its own
   * offers. `isTold` is whether a rejected local offer is sent anyway.
   */
  | {
      readonly fault: 'peer-rejects'
      readonly client: number
      readonly times: number
      readonly isTold: boolean
    }
  /** The next remote description breaks the peer connection. If it `flickers`, it first claims to be connected. */
  | { readonly fault: 'peer-breaks'; readonly client: number; readonly flickers: boolean }
  /** The open devices of this kind are unplugged. For video, screen sharing stops, too. */
  | { readonly fault: 'device-pulled'; readonly client: number; readonly kind: TrackKind }
  /** For `ms`, the system mutes the devices of this kind, as phones do during a phone call. */
  | {
      readonly fault: 'device-muted'
      readonly client: number
      readonly kind: TrackKind
      readonly ms: number
    }
  /** The path between all peers breaks, permanently or for `ms`. */
  | { readonly fault: 'path-cut' }
  | { readonly fault: 'path-outage'; readonly ms: number }
  /** The path to this client loses a share of the packets, delays the others, and limits the bits a second. */
  | {
      readonly fault: 'path-poor'
      readonly client: number
      readonly ms: number
      readonly loss: number
      readonly delayMs: number
      readonly bitrate: number
    }
  /** The picture that this client receives stands still. */
  | { readonly fault: 'picture-frozen'; readonly client: number; readonly ms: number }

/**
 * Faults that strike at a moment, in the order in which the simulator draws them. The meaning of a seed depends on this
 * order.
 */
export const suddenFaults = [
  'loss',
  'lost-ack',
  'duplication',
  'reordering',
  'delay',
  'one-way-partition',
  'stall',
  'disconnect',
  'crash',
  'tab-close',
  'freeze',
  'stale',
  'replay',
  'malformed',
  'forged',
  'flood',
  'resume-storm',
  'old-invite',
  'peer-rejects',
  'peer-breaks',
  'path-cut',
  'relay-restart',
  'takeover',
  'rings-again',
  'device-pulled',
  'device-muted',
] as const satisfies readonly Fault['fault'][]

/** Faults that show only in the quality of a call. They are drawn apart from all others. */
export const qualityFaults = ['path-poor', 'picture-frozen'] as const satisfies readonly Fault['fault'][]

/** The faults that are drawn together: the sudden ones, and the loss of every path, which takes some time to be noticed. */
export const momentaryFaults = [...suddenFaults, 'path-outage'] as const satisfies readonly Fault['fault'][]

/** Faults that are not injected, but follow from how users are set up or behave. */
const traits = [
  'second-tab',
  'clock',
  'capture-slow',
  'capture-refused',
  'bare-simple-peer',
  'glare',
  'cancel-against-accept',
  'accept-against-timeout',
  'hang-up-during-restart',
  'call-after-crash',
] as const

export type ScenarioTrait = (typeof traits)[number]
export type FaultKind = Fault['fault'] | ScenarioTrait

export const faultKinds: readonly FaultKind[] = [...momentaryFaults, ...qualityFaults, ...traits]
