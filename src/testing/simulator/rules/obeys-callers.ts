import { isOpen, type CallState, type IncomingOf } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import type { SimulatedVerdict } from '../scenario.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** Whether the port is not asked, because the client calls this user, or is in a call with them. */
export const isExempt = (call: CallState, user: string): boolean =>
  isOpen(call) && call.phase !== 'ringing' && call.remote.user === user

/** The port's verdict on an invite. */
export interface AskedInvite {
  readonly invite: IncomingOf<'invite'>
  readonly verdict: SimulatedVerdict
  /** In milliseconds of the world. */
  readonly at: number
}

/** A call rings only if the port `callers` allows it. An ignored caller cannot distinguish it from ringing. */
export const obeysCallers: MakeRule = (report) => {
  const pasts = perClient(() => ({ exempt: new Set<string>(), ignored: new Map<string, string>() }))
  return {
    events: on(['received', 'incoming', 'yielded', 'send'], (client, { event }, { call }, now) => {
      const { exempt, ignored } = pasts(client)
      if (event.type === 'received') {
        const { type, callId, from } = event.message
        if (type !== 'invite') return
        if (isExempt(call, from.user)) exempt.add(callId)
        else if (client.verdictOn(from.user) === 'ignore') ignored.set(callId, from.user)
      }
      if (event.type === 'incoming' && !exempt.has(event.callId) && refuses(client, event.remote.user))
        report(client, now, `rings for ${event.remote.user}, whom its port refuses`)
      if (event.type === 'yielded') ignored.delete(event.to)
      if (event.type !== 'send') return
      const { type, callId, to } = event.message
      if (ignored.get(callId) === to.user && !exempt.has(callId) && type !== 'ringing')
        report(client, now, `says ${type} to ${to.user}, whom its port ignores`)
    }),
  }
}

const refuses = (client: SimulatedClient, user: string) => ['busy', 'ignore'].includes(client.verdictOn(user))
