import type { OutgoingMessage, Party } from '../src/core/protocol/index.ts'

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
  /** Takes note of a message that was routed. */
  see(from: Party, message: OutgoingMessage): void
}

/** Calls that are remembered at once. */
const MAX_CALLS = 10_000

interface Call {
  readonly users: ReadonlySet<string>
  readonly media: CallSummary['media']
  readonly since: number
  rings: boolean
  answeredAt: number | undefined
}

/** Sums each call up when it ends. Messages of people who are not in a call change nothing about it. */
export function createCallLog(
  report: (summary: CallSummary) => void,
  { max = MAX_CALLS, now = () => performance.now() } = {},
): CallLog {
  const calls = new Map<string, Call>()

  const end = (callId: string, call: Call, outcome: CallOutcome): void => {
    calls.delete(callId)
    const { media, since, answeredAt } = call
    const at = Math.round(now())
    report({
      call: callId.slice(0, 8),
      outcome,
      media,
      ringMs: Math.round((answeredAt ?? at) - since),
      ...(answeredAt !== undefined && { talkMs: Math.round(at - answeredAt) }),
    })
  }

  const begin = (callId: string, from: Party, message: Extract<OutgoingMessage, { type: 'invite' }>) => {
    const [oldest] = calls
    if (calls.size >= max && oldest) end(...oldest, 'unknown')
    calls.set(callId, {
      users: new Set([from.user, message.to.user]),
      media: message.body.media,
      since: Math.round(now()),
      rings: false,
      answeredAt: undefined,
    })
  }

  return {
    see(from, message) {
      const step = stepOf(message)
      if (!step) return
      const { callId } = message
      const call = calls.get(callId)
      if (!call) {
        if (message.type === 'invite') begin(callId, from, message)
        return
      }
      if (!call.users.has(from.user) || !call.users.has(message.to.user)) return
      const outcome = step(call, now)
      if (outcome !== undefined) end(callId, call, outcome)
    },
  }
}

/** Takes note of something in a call, and says how the call ends by it, where it does. */
type Step = (call: Call, now: () => number) => CallOutcome | undefined

const nothing: Step = () => undefined
const ringing: Step = (call) => {
  call.rings = true
  return undefined
}
const accepted: Step = (call, now) => {
  call.answeredAt ??= Math.round(now())
  return undefined
}

/** What a message says about its call; undefined for those that say nothing, which are most. */
function stepOf(message: OutgoingMessage): Step | undefined {
  switch (message.type) {
    case 'invite':
      return nothing
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
