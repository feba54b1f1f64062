import { defaultSettings, isOpen, type IncomingMessage } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

/** The maximum number of answers in a second: one for each party of a user, plus the refill in that time. */
const MOST_ANSWERS = 16 + 2
const SECOND = 1_000

interface Line {
  said: number
  acked: number
  /** When a `resume` that acknowledged nothing was last answered. */
  answeredAt: number
}

interface Past {
  readonly lines: Map<string, Line>
  /** The `resume` being handled: whether it acknowledged something, and whether it was answered. */
  asked: { readonly line: Line; readonly acknowledged: boolean; answered: boolean } | undefined
  answers: readonly number[]
}

/**
 * A client answers `resume` by retransmitting at most once per channel and `ackMs`, unless something was acknowledged.
 * It also stays within the relay's rate limit.
 */
export const limitsResumeReplies: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ lines: new Map(), asked: undefined, answers: [] }))
  return {
    crossed(client, crossing) {
      if (crossing.type === 'link') return
      const past = pasts(client)
      if (crossing.type === 'transmit') {
        const { callId, to, seq } = crossing.message
        if (seq === undefined) return
        const line = lineOf(past, callId, to.party)
        if (seq <= line.said && past.asked?.line === line) past.asked.answered = true
        line.said = Math.max(line.said, seq)
        return
      }
      const { message } = crossing
      const call = client.state()
      const upTo = acknowledgedBy(message)
      if (upTo === undefined) return
      const line = lineOf(past, message.callId, message.from.party)
      const acknowledged = upTo > line.acked && upTo <= line.said
      if (acknowledged) line.acked = upTo
      if (message.type === 'resume' && isOpen(call) && call.callId === message.callId)
        past.asked = { line, acknowledged, answered: false }
    },
    rested(client, now) {
      const past = pasts(client)
      const { asked } = past
      past.asked = undefined
      if (!asked?.answered) return
      past.answers = [...past.answers.filter((at) => now - at < SECOND), now]
      if (past.answers.length > MOST_ANSWERS)
        report(client, now, `answers a resume ${past.answers.length} times in a second`)
      if (asked.acknowledged) return
      const since = now - asked.line.answeredAt
      if (since < defaultSettings.ackMs) report(client, now, `answers a resume again after ${since} ms`)
      asked.line.answeredAt = now
    },
  }
}

function lineOf({ lines }: Past, callId: string, party: string | undefined): Line {
  const name = `${callId} ${party}`
  const line = lines.get(name) ?? { said: 0, acked: 0, answeredAt: -Infinity }
  lines.set(name, line)
  return line
}

function acknowledgedBy(message: IncomingMessage): number | undefined {
  if (message.type === 'ack') return message.body.seq
  return message.type === 'resume' ? message.body.lastSeq : undefined
}
