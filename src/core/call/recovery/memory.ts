import type { PeerOptions } from '../../ports/index.ts'
import type { OutputOfPeer, StageOutput } from '../outputs.ts'
import type { CallState } from '../state.ts'
import type { ClosedPeer, RecoverySources, Waits } from './inputs.ts'
import type { Plan } from './plan.ts'

/** What is known about whether the call's connection carries anything. Plain data. */
export interface Health {
  readonly isUp: boolean
  /** It is `disconnected`, but may still carry something: this state is only a doubt (W3C WebRTC, 5.6.4). */
  readonly isInDoubt: boolean
  /** The total bytes at the last measurement during this doubt. */
  readonly bytes: number | undefined
}

/** A replacement names the peer connection that it replaces. Everything else is about the present one. */
export type RecoveryOutput = StageOutput | OutputOfPeer

/** All that recovery remembers of the peer connections of one call. Plain data. */
export interface Memory {
  /** `undefined` until the first news of the connection. */
  readonly health: Health | undefined
  /** What is being done to bring the connection back; `null` if nothing is. */
  readonly plan: Plan | null
  /** When the plan will try another step, as last reported. */
  readonly until: number
  /** The epoch of the present peer connection; `undefined` until one is opened. */
  readonly epoch: number | undefined
  /** The epoch of the newest peer connection that was replaced, or whose replacement was requested. */
  readonly replaced: number
  /** How many new peer connections were tried, or requested, since one connected. */
  readonly replacements: number
  /** A peer connection has been connected before. */
  readonly wasUp: boolean
  /** The other side closed the present peer connection, and that may be the end of the call. */
  readonly closing: ClosedPeer | undefined
  /** An offer of this side waits for its answer. */
  readonly isOffered: boolean
  readonly phase: CallState['phase']
  readonly isOnline: boolean
  /** Nothing more is tried. */
  readonly isOver: boolean
  /** What the last input led to. */
  readonly outputs: readonly RecoveryOutput[]
}

export const untroubled: Memory = {
  health: undefined,
  plan: null,
  until: 0,
  epoch: undefined,
  replaced: -1,
  replacements: 0,
  wasUp: false,
  closing: undefined,
  isOffered: false,
  phase: 'idle',
  isOnline: false,
  isOver: false,
  outputs: [],
}

/** What each step of the machine gets besides its memory. */
export interface Context {
  readonly role: PeerOptions['role']
  readonly settings: RecoverySources['settings']
  /** Scheduler time in milliseconds. */
  readonly now: number
}

/** What time is counted for. An offer counts while the relay can be reached and the call is connecting or connected. */
export function waitsOf(memory: Memory, role: PeerOptions['role']): Waits {
  const { plan, closing, isOffered, phase, isOnline, isOver } = memory
  const isTaken = phase === 'connecting' || phase === 'connected'
  return {
    plan: plan !== null,
    close: isOver ? undefined : closing,
    answer: !isOver && role === 'offerer' && isOffered && isTaken && isOnline,
  }
}

/** Adds `output` to the outputs of the present input. */
export const emit = (memory: Memory, output: RecoveryOutput): Memory => ({
  ...memory,
  outputs: [...memory.outputs, output],
})

/** The epoch of the present peer connection; the first one has 0. */
export const presentEpoch = ({ epoch = 0 }: Memory): number => epoch
