import type { CallEvent } from '../../events.ts'
import type { CallSettings } from '../../settings.ts'

/**
 * What a client remembers of the users who call it: whom it has spoken to, and who rang without an answer. It is bounded, lives as
 * long as the client, and is plain data.
 */
export interface Callers {
  /** Users whom this client called, or whose call it accepted; the latest last. */
  readonly spokenTo: readonly string[]
  /** When callers whom it never spoke to rang, in milliseconds of scheduler time; the latest last. */
  readonly rings: readonly number[]
  /** Users who have to pause before they may ring again; the latest last. */
  readonly pauses: readonly Pause[]
  /** The call that rings. */
  readonly ringing: Ringing | undefined
}

interface Pause {
  readonly user: string
  /** When it began, and for how long it is. */
  readonly at: number
  readonly ms: number
  /** How often in a row this user was declined. */
  readonly declines: number
}

interface Ringing {
  readonly callId: string
  readonly user: string
  readonly at: number
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
/** Each pause is so many times as long as the one before. */
const GROWTH = 4

export const nobodyCalled: Callers = { spokenTo: [], rings: [], pauses: [], ringing: undefined }

/** Whether this client has never spoken to `user`. */
export const isStranger = ({ spokenTo }: Callers, user: string): boolean => !spokenTo.includes(user)

/**
 * Whether a call of `user` may ring at `now`: it `rings`, it `waits` until a pause is over (its invite comes again), or it is to
 * be `dismissed` because strangers have rung often enough.
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

/** What is remembered after `event`. */
export function follow(
  callers: Callers,
  event: FollowedEvent,
  settings: CallersSettings,
  now: number,
): Callers {
  switch (event.type) {
    case 'outgoing':
      return speakTo(callers, event.remote.user)
    case 'incoming': {
      const { user } = event.remote
      const ringing = { callId: event.callId, user, at: now }
      if (!isStranger(callers, user)) return { ...callers, ringing }
      const rings = [...callers.rings, now].slice(-Math.max(1, settings.strangerRings))
      return { ...callers, ringing, rings }
    }
    case 'answered': {
      const { ringing } = callers
      // Also if it never connects: a caller who crashed calls again at once.
      return ringing ? speakTo({ ...callers, ringing: undefined }, ringing.user) : callers
    }
    case 'ended': {
      const { ringing } = callers
      if (ringing?.callId !== event.callId) return callers
      const stopped = { ...callers, ringing: undefined }
      if (event.reason === 'declined' && event.by === 'local')
        return pauseAfterDecline(stopped, ringing.user, settings, now)
      // Somebody has answered it, on another device.
      if (event.reason === 'answered-elsewhere' || !isStranger(callers, ringing.user)) return stopped
      return pauseAfterRing(stopped, ringing, now)
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

/** A stranger who rang in vain may not ring again for as long as that call rang, so that others can. */
function pauseAfterRing(callers: Callers, { user, at }: Ringing, now: number): Callers {
  const before = callers.pauses.find((pause) => pause.user === user)
  return withPause(callers, { user, at: now, ms: Math.max(0, now - at), declines: before?.declines ?? 0 })
}

function withPause(callers: Callers, pause: Pause): Callers {
  const others = callers.pauses.filter(({ user }) => user !== pause.user)
  return { ...callers, pauses: [...others, pause].slice(-MAX_PAUSES) }
}

/** If the clock is set back, nobody waits longer. */
const isWithin = (now: number, at: number, ms: number): boolean => now >= at && now - at < ms
