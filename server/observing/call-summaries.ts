import { limits, type OutgoingMessage, type Party } from '../../src/core/protocol/index.ts'

/** How a call ended, as far as the relay can see: it knows of messages alone. */
export type CallOutcome =
  | 'hung-up'
  | 'declined'
  | 'busy'
  | 'cancelled'
  | 'no-answer'
  | 'unreachable'
  | 'media-error'
  | 'failed'
  /** Too many calls at once, or too long without a word: the relay has forgotten this one. */
  | 'unknown'

export interface CallSummary {
  /** The beginning of the call's id, to find it in a client's recording. */
  readonly call: string
  readonly outcome: CallOutcome
  readonly media: { readonly audio: boolean; readonly video: boolean }
  /** Milliseconds from the first invite to the answer, or to the end where there was none. */
  readonly ringMs: number
  /** Milliseconds from the answer to the end; without it, nobody answered. */
  readonly talkMs?: number
}

export interface CallLog {
  /** Takes note of a message that a client of this relay sent, and that was routed. An invite begins a call. */
  see(from: Party, message: OutgoingMessage): void
  /** Takes note of a message from a client of another relay that was delivered here. Calls that begin there are summed up there. */
  hear(from: Party, message: OutgoingMessage): void
}

/** Calls that are remembered at once. */
const MAX_CALLS = 10_000
/**
 * Milliseconds without any message after which a call is forgotten. A call that rings is not silent for longer than an invite
 * may be kept; one that was answered needs the relay no more, until it ends or its path is lost.
 */
const SILENT_MS = { ringing: limits.ttlMs, answered: 24 * 3_600_000 } as const
/** How often silent calls are looked for, in milliseconds. */
const LOOK_MS = 60_000

interface Call {
  readonly users: ReadonlySet<string>
  readonly media: CallSummary['media']
  readonly since: number
  heardAt: number
  rings: boolean
  answeredAt: number | undefined
}

/** Sums each call up when it ends. Messages of people who are not in a call change nothing about it. */
export function createCallLog(
  report: (summary: CallSummary) => void,
  { max = MAX_CALLS, now = () => performance.now() } = {},
): CallLog {
  const calls = new Map<string, Call>()
  let lookedAt = 0

  const end = (callId: string, call: Call, outcome: CallOutcome, at: number): void => {
    calls.delete(callId)
    const { media, since, answeredAt } = call
    report({
      call: callId.slice(0, 8),
      outcome,
      media,
      ringMs: Math.round((answeredAt ?? at) - since),
      ...(answeredAt !== undefined && { talkMs: Math.round(at - answeredAt) }),
    })
  }

  const endSilent = (at: number) => {
    if (at - lookedAt < LOOK_MS) return
    lookedAt = at
    for (const [callId, call] of calls) {
      const longest = call.answeredAt === undefined ? SILENT_MS.ringing : SILENT_MS.answered
      if (at - call.heardAt > longest) end(callId, call, 'unknown', call.heardAt)
    }
  }

  const begin = (from: Party, message: Extract<OutgoingMessage, { type: 'invite' }>, at: number) => {
    endSilent(at)
    const [oldest] = calls
    if (calls.size >= max && oldest) end(...oldest, 'unknown', oldest[1].heardAt)
    calls.set(message.callId, {
      users: new Set([from.user, message.to.user]),
      media: message.body.media,
      since: at,
      heardAt: at,
      rings: false,
      answeredAt: undefined,
    })
  }

  const goOn = (call: Call, from: Party, message: OutgoingMessage) => {
    if (!call.users.has(from.user) || !call.users.has(message.to.user)) return
    const at = Math.round(now())
    call.heardAt = at
    const outcome = stepOf(message)?.(call, at)
    if (outcome !== undefined) end(message.callId, call, outcome, at)
  }

  return {
    see(from, message) {
      const call = calls.get(message.callId)
      if (call) goOn(call, from, message)
      else if (message.type === 'invite') begin(from, message, Math.round(now()))
    },
    hear(from, message) {
      const call = calls.get(message.callId)
      if (call) goOn(call, from, message)
    },
  }
}

/** Whether a message says how a call that has begun goes on: the relay where it began has to hear of it, also from others. */
export const isStep = (message: OutgoingMessage): boolean => stepOf(message) !== undefined

/** Takes note of something in a call, and says how the call ends by it, where it does. */
type Step = (call: Call, at: number) => CallOutcome | undefined

const ringing: Step = (call) => {
  call.rings = true
  return undefined
}
const accepted: Step = (call, at) => {
  call.answeredAt ??= at
  return undefined
}

/** What a message says about its call; undefined for those that say nothing, which are most. */
function stepOf(message: OutgoingMessage): Step | undefined {
  switch (message.type) {
    case 'ringing':
      return ringing
    case 'accept':
      return accepted
    case 'decline':
      return () => 'declined'
    case 'busy':
      // One of several devices, where another one rings or has the call.
      return ({ rings, answeredAt }) => (rings || answeredAt !== undefined ? undefined : 'busy')
    case 'gone':
      return ({ rings, answeredAt }) => {
        if (answeredAt !== undefined) return 'hung-up'
        return rings ? undefined : 'unreachable'
      }
    case 'cancel': {
      const { reason } = message.body
      return () => (reason === 'answered-elsewhere' ? undefined : reason)
    }
    case 'hang-up': {
      const { reason } = message.body
      return () => reason
    }
    default:
      return undefined
  }
}
