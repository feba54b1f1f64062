import type { CallError } from '../../errors.ts'
import { emit, type Context, type Health, type Memory } from './memory.ts'
import type { StageOutput } from '../outputs.ts'

const up: Health = { isUp: true, isInDoubt: false, bytes: undefined }
const down: Health = { isUp: false, isInDoubt: false, bytes: undefined }
const inDoubt: Health = { isUp: false, isInDoubt: true, bytes: undefined }

/** A state of the connection, the bytes that have arrived over it in total, or that it is `gone`. */
type News = 'connected' | 'disconnected' | 'failed' | 'gone' | number

/**
 * The health after `news`. A connection in doubt is up again if more has arrived since the last measurement.
 */
function examine(before: Health, news: News): Health {
  if (typeof news === 'number')
    return before.isInDoubt ? { ...before, isUp: news > (before.bytes ?? news), bytes: news } : before
  if (news === 'connected') return up
  if (news !== 'disconnected') return down
  return before.isInDoubt ? before : inDoubt
}

/**
 * Applies `news`. Emits `peer-connected` when the connection comes up, and `interrupted` when it no longer carries
 * anything.
 */
export function observe(memory: Memory, news: News, context: Context): Memory {
  const before = memory.health ?? down
  const health = examine(before, news)
  const next = { ...memory, health }
  // A connection that was never up cannot be interrupted.
  return health.isUp === before.isUp ? next : emit(next, report(health, context))
}

/**
 * Notes that the peer connection is gone. If the other side closed it during a connected call, the call may end now,
 * so nothing is reported yet. Before that, nothing is shown, but the call must not become connected over a lost
 * connection.
 */
export function observeClose(memory: Memory, error: CallError | undefined, context: Context): Memory {
  return error || memory.phase !== 'connected' ? observe(memory, 'gone', context) : memory
}

/**
 * Reports the connection's health again, if it is known. It may be up before the caller learns that its call was
 * accepted, if the answer arrives first. A report has no effect while the call rings.
 */
export function repeatHealth(memory: Memory, context: Context): Memory {
  return memory.health ? emit(memory, report(memory.health, context)) : memory
}

const report = ({ isUp }: Health, { now }: Context): StageOutput =>
  isUp ? { type: 'peer-connected', at: now } : { type: 'interrupted' }
