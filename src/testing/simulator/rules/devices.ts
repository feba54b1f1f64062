import { defaultSettings, isOpen } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** The time from one client to the other, in milliseconds, with a little to spare. */
const LEG_MS = 15

interface Ringing {
  callId: string
  /** The devices that ring, by party, and whether one has refused. */
  readonly ringing: Set<string>
  refused: boolean
  /** When the last one refused, in the caller's awake time. */
  since: number
}

/** A call rings as long as any device of the callee does, and at most one device gets it. */
export const oneDeviceAnswers: MakeRule = (report) => {
  const pasts = perClient((): Ringing => ({ callId: '', ringing: new Set(), refused: false, since: 0 }))
  const takers = new Map<string, SimulatedClient>()
  const leftAlone = (client: SimulatedClient, now: number, past: Ringing) =>
    past.refused && past.ringing.size === 0 && client.awakeMs(now) - past.since > defaultSettings.settleMs
  return {
    events: on(['selected', 'outgoing', 'ended', 'received'], (client, { event }, { call }, now) => {
      if (event.type === 'selected') {
        const taker = takers.get(event.callId) ?? client
        takers.set(event.callId, taker)
        if (taker !== client) report(client, now, 'the call is given to a second device')
      }
      const past = pasts(client)
      if (event.type === 'outgoing') {
        past.callId = event.callId
        past.ringing.clear()
        past.refused = false
      }
      if (call.phase !== 'calling' || call.callId !== past.callId) return
      if (event.type === 'ended') {
        if (leftAlone(client, now, past)) report(client, now, 'keeps ringing though no device rings')
        const isRefused = event.reason === 'busy' || (event.reason === 'unreachable' && !event.error)
        if (isRefused && (past.ringing.size > 0 || !past.refused))
          report(client, now, `ended as ${event.reason} while a device rings`)
      }
      if (event.type !== 'received' || event.message.callId !== call.callId) return
      const { from, type } = event.message
      if (from.user !== call.remote.user) return
      if (type === 'ringing') {
        past.ringing.add(from.party)
        past.refused = false
      }
      if (type !== 'busy' && type !== 'gone') return
      past.ringing.delete(from.party)
      past.refused = true
      past.since = client.awakeMs(now)
    }),
    rested(client, now) {
      const call = client.state()
      if (call.phase !== 'calling') return
      const past = pasts(client)
      if (call.callId === past.callId && leftAlone(client, now, past))
        report(client, now, 'keeps ringing though no device rings')
    },
  }
}

interface Invite {
  readonly at: number
  readonly user: string
  readonly heard: Set<SimulatedClient>
  /** Devices of the callee that another device of the caller called instead. */
  readonly called: Set<SimulatedClient>
  /** When it was answered or ended. */
  until: number
  taker: string | undefined
  /** The caller's side of it has ended. */
  isOver: boolean
}

/** On a faultless network, every device of the callee rings, and stops as soon as the call is answered. */
export const devicesAgree: MakeRule = (report, { faultFree }) => {
  if (!faultFree) return {}
  const invites = new Map<string, Invite>()
  return {
    events: on(['send', 'received', 'answered', 'yielded', 'ended'], (client, { event }, before, now) => {
      if (event.type === 'send' && event.message.type === 'invite') {
        const { callId, to } = event.message
        if (!invites.has(callId))
          invites.set(callId, {
            at: now,
            user: to.user,
            heard: new Set(),
            called: new Set(),
            until: Infinity,
            taker: undefined,
            isOver: false,
          })
        return
      }
      if (event.type === 'received' && event.message.type === 'invite') {
        const invite = invites.get(event.message.callId)
        if (invite && now - invite.at <= LEG_MS) invite.heard.add(client)
        const { call } = before
        const { callId, from } = event.message
        if (isOpen(call) && call.callId !== callId && call.remote.user === from.user)
          invites.get(call.callId)?.called.add(client)
        return
      }
      if (event.type !== 'answered' && event.type !== 'yielded' && event.type !== 'ended') return
      const invite = invites.get(event.callId)
      if (!invite) return
      if (client.self.user !== invite.user) {
        if (event.type === 'answered' && event.by === 'remote') invite.taker = event.remote.party
        invite.until = Math.min(invite.until, now)
        if (event.type !== 'answered') invite.isOver = true
      } else if (event.type === 'ended' && client.self.party !== invite.taker && isOpen(before.call)) {
        if (now > invite.until + LEG_MS)
          report(client, now, 'keeps ringing after the call was answered or ended')
        const isTaken = invite.taker !== undefined && !invite.isOver && !invite.called.has(client)
        if (isTaken && event.by === 'remote' && event.reason !== 'answered-elsewhere')
          report(client, now, `ended as ${event.reason} though another device answered`)
      }
    }),
    over(clients, now) {
      for (const [callId, { user, heard, until, taker }] of invites)
        for (const client of clients) {
          if (client.self.user !== user || !client.alive()) continue
          const call = client.state()
          if (!heard.has(client)) report(client, now, `never heard of the call ${callId}`)
          if (isOpen(call) && call.callId === callId && until < Infinity && client.self.party !== taker)
            report(client, now, 'is in a call that another device answered')
        }
    },
  }
}
