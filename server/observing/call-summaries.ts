import { limits, type OutgoingMessage, type Party } from '../../src/core/protocol/index.ts'

/** How a call ended, judged only by the messages that the relay routed. */
export type CallOutcome =
  | 'hung-up'
  | 'declined'
  | 'busy'
  | 'cancelled'
  | 'no-answer'
  | 'unreachable'
  | 'media-error'
  | 'failed'
  /** The relay forgot the call, because of too many calls at once or too long a silence. */
  | 'unknown'

export interface CallSummary {
  /** The beginning of the call's id, to find it in a client's recording. */
  readonly call: string
  readonly outcome: CallOutcome
  readonly media: { readonly audio: boolean; readonly video: boolean }
  /** Milliseconds from the first invite to the answer, or to the end if nobody answered. */
  readonly ringMs: number
  /** Milliseconds from the answer to the end; missing if nobody answered. */
  readonly talkMs?: number
}

export interface CallSummaries {
  /** Notes a message that a client of this node sent and that was routed. An invite begins a call. */
  routed(from: Party, message: OutgoingMessage): void
  /** Notes a message from a client of another node that was delivered here. Calls that begin there are summarized there. */
  delivered(from: Party, message: OutgoingMessage): void
}

/** Calls that are tracked at once. */
const MAX_CALLS = 10_000
/**
 * Milliseconds without any message after which a call is forgotten. A call that rings is not silent for longer than an invite is
 * valid. An answered call does not need the relay until it ends or its path is lost.
 */
const SILENT_MS = { ringing: limits.ttlMs, answered: 24 * 3_600_000 } as const
/** Milliseconds between two checks for silent calls. */
const CHECK_MS = 60_000

interface Call {
  readonly users: ReadonlySet<string>
  readonly media: CallSummary['media']
  readonly since: number
  lastMessageAt: number
  isRinging: boolean
  answeredAt: number | undefined
}

/** Reports a summary of each call when it ends. Messages of users who are not in a call do not affect it. */
export function createCallSummaries(
  report: (summary: CallSummary) => void,
  { max = MAX_CALLS, now = () => performance.now() } = {},
): CallSummaries {
  const calls = new Map<string, Call>()
  let checkedAt = 0

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
    if (at - checkedAt < CHECK_MS) return
    checkedAt = at
    for (const [callId, call] of calls) {
      const longest = call.answeredAt === undefined ? SILENT_MS.ringing : SILENT_MS.answered
      if (at - call.lastMessageAt > longest) end(callId, call, 'unknown', call.lastMessageAt)
    }
  }

  const begin = (from: Party, message: Extract<OutgoingMessage, { type: 'invite' }>, at: number) => {
    endSilent(at)
    const [oldest] = calls
    if (calls.size >= max && oldest) end(...oldest, 'unknown', oldest[1].lastMessageAt)
    calls.set(message.callId, {
      users: new Set([from.user, message.to.user]),
      media: message.body.media,
      since: at,
      lastMessageAt: at,
      isRinging: false,
      answeredAt: undefined,
    })
  }

  const advance = (call: Call, from: Party, message: OutgoingMessage) => {
    if (!call.users.has(from.user) || !call.users.has(message.to.user)) return
    const at = Math.round(now())
    call.lastMessageAt = at
    const outcome = transitionOf(message)?.(call, at)
    if (outcome !== undefined) end(message.callId, call, outcome, at)
  }

  return {
    routed(from, message) {
      const call = calls.get(message.callId)
      if (call) advance(call, from, message)
      else if (message.type === 'invite') begin(from, message, Math.round(now()))
    },
    delivered(from, message) {
      const call = calls.get(message.callId)
      if (call) advance(call, from, message)
    },
  }
}

/** Whether a message changes the state of a call. The node where the call began has to note it, even if another node routed it. */
export const isCallProgress = (message: OutgoingMessage): boolean => transitionOf(message) !== undefined

/** Changes a call, and returns its outcome if this ends it. */
type Transition = (call: Call, at: number) => CallOutcome | undefined

const ringing: Transition = (call) => {
  call.isRinging = true
  return undefined
}
const accepted: Transition = (call, at) => {
  call.answeredAt ??= at
  return undefined
}

/** How a message changes its call; undefined for most messages, which do not. */
function transitionOf(message: OutgoingMessage): Transition | undefined {
  switch (message.type) {
    case 'ringing':
      return ringing
    case 'accept':
      return accepted
    case 'decline':
      return () => 'declined'
    case 'busy':
      // Another device of the same user rings or has answered.
      return ({ isRinging, answeredAt }) => (isRinging || answeredAt !== undefined ? undefined : 'busy')
    case 'gone':
      return ({ isRinging, answeredAt }) => {
        if (answeredAt !== undefined) return 'hung-up'
        return isRinging ? undefined : 'unreachable'
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
