import type { PeerOptions } from '../../ports/index.ts'
import type { OutputOfPeer, StageOutput } from '../outputs.ts'
import type { CallState } from '../state.ts'
import type { ClosedPeer, RecoverySources, Waits } from './inputs.ts'
import type { Plan } from './plan.ts'

/** Whether the call's connection carries anything, as far as that is known. Plain data. */
export interface Health {
  readonly isUp: boolean
  /** It is `disconnected`, but may still carry something: this state is only a doubt (W3C WebRTC, 5.6.4). */
  readonly isInDoubt: boolean
  /** What had arrived in all when it was last looked at, in this doubt. */
  readonly bytes: number | undefined
}

/** A replacement names the peer connection that it replaces. Everything else is about the present one. */
export type RecoveryOutput = StageOutput | OutputOfPeer

/** All that recovery remembers of the peer connections of one call. Plain data. */
export interface Memory {
  /** `undefined` until something is heard of the connection. */
  readonly health: Health | undefined
  /** What is being done to bring the connection back; `null` if that is nothing. */
  readonly plan: Plan | null
  /** When the plan was last said to try another step. */
  readonly until: number
  /** That of the present peer connection; `undefined` until one is opened. */
  readonly epoch: number | undefined
  /** That of the newest peer connection whose place another one takes, or is asked to take. */
  readonly replaced: number
  /** How many new peer connections were tried, or asked for, since one connected. */
  readonly replacements: number
  /** One has been connected before. */
  readonly wasUp: boolean
  /** The other side closed the present one, and that may be the end of the call. */
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

/** What each step of the machine is given beside its memory. */
export interface Context {
  readonly role: PeerOptions['role']
  readonly settings: RecoverySources['settings']
  /** Scheduler time in milliseconds. */
  readonly now: number
}

/** What time is counted for. An offer counts while the other side can be reached and has the call; a plan has the time for itself. */
export function waitsOf(memory: Memory, role: PeerOptions['role']): Waits {
  const { plan, closing, isOffered, phase, isOnline, isOver } = memory
  const isTaken = phase === 'connecting' || phase === 'connected'
  return {
    plan: plan !== null,
    close: isOver ? undefined : closing,
    answer: !isOver && role === 'offerer' && isOffered && isTaken && isOnline,
  }
}

/** Adds `output` to what the present input leads to. */
export const emit = (memory: Memory, output: RecoveryOutput): Memory => ({
  ...memory,
  outputs: [...memory.outputs, output],
})

/** The epoch of the present peer connection; the first one has 0. */
export const presentEpoch = ({ epoch = 0 }: Memory): number => epoch
