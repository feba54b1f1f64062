import { defaultSettings, type CallEvent, type ClientState } from '../../../core/index.ts'
import type { EventType } from './rule.ts'

/** The events that {@link CallerHistory.record} needs. */
export const callerTypes = [
  'outgoing',
  'answered',
  'incoming',
  'ended',
] as const satisfies readonly EventType[]

/** Who called one client and how each call ended: the rules of docs/protocol.md, written a second time independently of the core. */
export interface CallerHistory {
  /** Call this for each event of {@link callerTypes}; `model` is the model after it, `now` is in milliseconds. */
  record(event: CallEvent, model: ClientState, now: number): void
  isStranger(user: string): boolean
  /** Whether a call from this user may ring now, has to be retried later, or must never ring. */
  admits(user: string, now: number): 'rings' | 'later' | 'never'
}

interface Ring {
  readonly callId: string
  readonly user: string
  readonly wasStranger: boolean
  readonly from: number
  until: number
  end: 'answered' | 'declined' | 'in vain' | undefined
}

const MINUTE = 60_000
/** More than any world needs, because a broken client may ring endlessly. */
const MAX_RINGS = 200
const { declinePauseMs, maxDeclinePauseMs, strangerRings } = defaultSettings

export function callerHistory(): CallerHistory {
  const known = new Set<string>()
  /** The latest rings. Rings of a user who was spoken to later count as answered. */
  let rings: Ring[] = []
  const speak = (user: string) => {
    known.add(user)
    rings = rings.map((ring) => (ring.user === user ? { ...ring, end: ring.end && 'answered' } : ring))
  }
  const isStranger = (user: string) => !known.has(user)

  return {
    isStranger,
    record(event, { call }, now) {
      if (event.type === 'outgoing') speak(event.remote.user)
      if (event.type === 'answered' && event.by === 'local' && call.phase === 'connecting')
        speak(call.remote.user)
      if (event.type === 'incoming') {
        const { user } = event.remote
        const { callId } = event
        const wasStranger = isStranger(user)
        const ring: Ring = { callId, user, wasStranger, from: now, until: Infinity, end: undefined }
        rings = [...rings, ring].slice(-MAX_RINGS)
      }
      const ring = rings.at(-1)
      if (ring?.end !== undefined || !ring) return
      if (event.type === 'answered' && event.by === 'local' && event.callId === ring.callId)
        ring.end = 'answered'
      if (event.type !== 'ended' || event.callId !== ring.callId) return
      ring.until = now
      if (event.reason === 'declined' && event.by === 'local') ring.end = 'declined'
      else ring.end = event.reason === 'answered-elsewhere' || !ring.wasStranger ? 'answered' : 'in vain'
    },
    admits(user, now) {
      if (now < pauseEnd(rings.filter((ring) => ring.user === user))) return 'later'
      const lately = rings.filter(({ wasStranger, from }) => wasStranger && now - from < MINUTE)
      return isStranger(user) && lately.length >= strangerRings ? 'never' : 'rings'
    },
  }
}

/** When the user with these rings may ring again. */
function pauseEnd(rings: readonly Ring[]): number {
  let end = -Infinity
  let declines = 0
  for (const ring of rings) {
    if (ring.end === 'in vain') end = ring.until + (ring.until - ring.from)
    if (ring.end !== 'declined') continue
    // A user who was not declined for a while is forgiven.
    declines = ring.until - end < maxDeclinePauseMs ? declines + 1 : 1
    end = ring.until + Math.min(maxDeclinePauseMs, declinePauseMs * 4 ** (declines - 1))
  }
  return end
}
