import { CallError } from '../../errors.ts'
import { send } from '../outputs.ts'
import { emit, presentEpoch, type Context, type Memory } from './memory.ts'
import type { Plan } from './plan.ts'

/** How many new peer connections in a row this side tries because of failed negotiation. */
export const MAX_REPLACEMENTS = 3
/** The other side may request more: it also asks when its path is lost, as often as its policy has time. */
export const MAX_ASKED = 9

/**
 * Replaces the present peer connection because of `why`; the side that makes no offers asks the other one for it. Gives
 * up if `max` were tried since one connected. This is the only place that replaces one, and it does so once, for the
 * first reason.
 */
export function replace(memory: Memory, why: CallError, max: number, { role }: Context): Memory {
  const epoch = presentEpoch(memory)
  if (epoch <= memory.replaced) return memory
  const replacements = memory.replacements + 1
  if (replacements > max) return giveUp(memory, why)
  return emit(
    { ...memory, replaced: epoch, replacements },
    role === 'offerer'
      ? { type: 'command', epoch, command: { type: 'replace', error: why } }
      : send('renegotiate', { replace: true }, { epoch }),
  )
}

/** Stops trying. */
export function giveUp(memory: Memory, error: CallError): Memory {
  return emit({ ...memory, plan: null, isOver: true }, { type: 'recovery-failed', error })
}

// Reasons other than the error that broke a peer connection

/** An offer had no answer within `ms`. */
export const unanswered = (ms: number): CallError =>
  new CallError('negotiation-failed', `an offer had no answer within ${ms} ms`)

/** The other side asked for a new peer connection, and does not give a reason. */
export const askedFor = (): CallError =>
  new CallError(
    'negotiation-failed',
    'the other side asked for a new peer connection, because negotiation failed there or its path was lost',
  )

/** The connection carries nothing, and it is time for a new one. */
export const pathLost = ({ attempt }: Plan): CallError =>
  new CallError(
    'connection-failed',
    attempt > 1
      ? 'the new peer connection did not connect in time; the network may block it without TURN'
      : 'the connection was lost and did not come back in time',
  )

/** The connection carried nothing for `ms`, whatever was tried. */
export const neverBack = (ms: number): CallError =>
  new CallError(
    'connection-failed',
    `the connection was lost and did not come back within ${ms} ms; the network may block it without TURN`,
  )
