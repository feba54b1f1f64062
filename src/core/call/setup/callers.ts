import type { CallEvent } from '../../events.ts'
import type { CallSettings } from '../../settings.ts'
import { isOpen, type CallState } from '../state.ts'

/**
 * What a client remembers about its callers: whom it has spoken to, and who rang without an answer. Bounded plain
 * data that lives as long as the client. Only the state of the call knows who rings at the moment.
 */
export interface Callers {
  /** Users whom this client called, or whose call it accepted; the latest last. */
  readonly spokenTo: readonly string[]
  /** When strangers began to ring, in milliseconds of scheduler time; the latest last. */
  readonly rings: readonly number[]
  /** Users who have to pause before they may ring again; the latest last. */
  readonly pauses: readonly Pause[]
}

interface Pause {
  readonly user: string
  /** When it began, and how long it lasts. */
  readonly at: number
  readonly ms: number
  /** How often in a row this user was declined. */
  readonly declines: number
}

export type CallersSettings = Pick<
  CallSettings,
  'strangerRings' | 'strangerRingMs' | 'declinePauseMs' | 'maxDeclinePauseMs'
>

/** The events that {@link follow} has to see. */
export const followed = ['outgoing', 'incoming', 'answered', 'ended'] as const
type FollowedEvent = Extract<CallEvent, { readonly type: (typeof followed)[number] }>

const MAX_SPOKEN_TO = 256
const MAX_PAUSES = 64
/** The time in which at most `strangerRings` calls of strangers ring, in milliseconds. */
const MINUTE_MS = 60_000
/** Each pause is this many times as long as the one before. */
const GROWTH = 4

export const nobodyCalled: Callers = { spokenTo: [], rings: [], pauses: [] }

/** Whether this client has never spoken to `user`. */
export const isStranger = ({ spokenTo }: Callers, user: string): boolean => !spokenTo.includes(user)

/**
 * Whether a call of `user` may ring at `now`: it `rings`; it `waits` until its invite is repeated after a pause; or
 * it is `dismissed`, because strangers have rung often enough.
 */
export function mayRing(
  callers: Callers,
  user: string,
  { strangerRings }: CallersSettings,
  now: number,
): 'rings' | 'waits' | 'dismissed' {
  const pause = callers.pauses.find((each) => each.user === user)
  if (pause && isWithin(now, pause.at, pause.ms)) return 'waits'
  if (!isStranger(callers, user)) return 'rings'
  const lately = callers.rings.filter((at) => isWithin(now, at, MINUTE_MS))
  return lately.length < strangerRings ? 'rings' : 'dismissed'
}

/** What is remembered after `event`, which left the client's call in the state `call`. */
export function follow(
  callers: Callers,
  event: FollowedEvent,
  {
    call,
    settings,
    now,
  }: { readonly call: CallState; readonly settings: CallersSettings; readonly now: number },
): Callers {
  switch (event.type) {
    case 'outgoing':
      return speakTo(callers, event.remote.user)
    case 'incoming': {
      if (!isStranger(callers, event.remote.user)) return callers
      return { ...callers, rings: [...callers.rings, now].slice(-Math.max(1, settings.strangerRings)) }
    }
    case 'answered':
      // Also if it never connects: a caller who crashed calls again at once.
      return event.by === 'local' && isOpen(call) ? speakTo(callers, call.remote.user) : callers
    case 'ended': {
      if (call.phase !== 'ended' || call.callId !== event.callId) return callers
      const { user } = call.remote
      if (event.reason === 'declined' && event.by === 'local')
        return pauseAfterDecline(callers, user, settings, now)
      // Somebody has answered it, on another device.
      if (event.reason === 'answered-elsewhere') return callers
      // Calling or accepting makes a user known, so a call of a stranger ended while it rang.
      return isStranger(callers, user) ? pauseAfterRing(callers, user, now) : callers
    }
  }
}

function speakTo(callers: Callers, user: string): Callers {
  const others = callers.spokenTo.filter((each) => each !== user)
  return {
    ...callers,
    spokenTo: [...others, user].slice(-MAX_SPOKEN_TO),
    pauses: callers.pauses.filter((each) => each.user !== user),
  }
}

function pauseAfterDecline(
  callers: Callers,
  user: string,
  { declinePauseMs, maxDeclinePauseMs }: CallersSettings,
  now: number,
): Callers {
  const before = callers.pauses.find((pause) => pause.user === user)
  // After a while without a decline, the pauses start again from the first.
  const isForgotten = before === undefined || !isWithin(now, before.at, before.ms + maxDeclinePauseMs)
  const declines = isForgotten ? 1 : before.declines + 1
  const ms = Math.min(declinePauseMs * GROWTH ** (declines - 1), maxDeclinePauseMs)
  return withPause(callers, { user, at: now, ms, declines })
}

/** A stranger who rang unanswered must pause for as long as that call rang, so that others can ring. */
function pauseAfterRing(callers: Callers, user: string, now: number): Callers {
  const before = callers.pauses.find((pause) => pause.user === user)
  const at = callers.rings.at(-1) ?? now
  return withPause(callers, { user, at: now, ms: Math.max(0, now - at), declines: before?.declines ?? 0 })
}

function withPause(callers: Callers, pause: Pause): Callers {
  const others = callers.pauses.filter(({ user }) => user !== pause.user)
  return { ...callers, pauses: [...others, pause].slice(-MAX_PAUSES) }
}

/** If the clock is set back, nobody waits longer. */
export const isWithin = (now: number, at: number, ms: number): boolean => now >= at && now - at < ms
