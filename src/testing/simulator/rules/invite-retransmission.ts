import { defaultSettings } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Past {
  callId: string
  /** When the first invite was sent, and when the last one was, in awake time. */
  firstAt: number
  lastAt: number
  /** A reply has arrived. */
  isHeard: boolean
}

/** An invite is retransmitted, with the remaining ring time, until the first reply. */
export const retransmitsInvites: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ callId: '', firstAt: 0, lastAt: 0, isHeard: false }))
  return {
    events: on(['received', 'send'], (client, { event }, { call }, now) => {
      const past = pasts(client)
      if (event.type === 'received') {
        if (call.phase !== 'calling') return
        const { callId, from, type } = event.message
        if (callId === past.callId && from.user === call.remote.user && type !== 'invite') past.isHeard = true
        return
      }
      if (event.message.type !== 'invite') return
      const { callId, ttlMs } = event.message
      if (callId !== past.callId) {
        past.callId = callId
        past.firstAt = client.awakeMs(now)
        past.isHeard = false
      }
      past.lastAt = client.awakeMs(now)
      if (past.isHeard) report(client, now, 'invites a user who has replied')
      const left = defaultSettings.ringMs - (past.lastAt - past.firstAt)
      if (ttlMs !== undefined && (ttlMs > left || ttlMs <= 0))
        report(client, now, `invites for ${ttlMs} ms of ${left}`)
    }),
    rested(client, now) {
      const call = client.state()
      if (call.phase !== 'calling') return
      const past = pasts(client)
      if (call.callId !== past.callId || past.isHeard) return
      if (client.awakeMs(now) - past.lastAt > defaultSettings.maxAckMs)
        report(client, now, 'does not invite again')
    },
  }
}
