import type { MakeRule } from './rule.ts'

const allowed = ['ringing', 'decline', 'gone', 'busy', 'accept']

/** Before the callee accepts there is no capture, no answer and no candidate of it. */
export const quietBeforeAccept: MakeRule = (report) => ({
  seen(client, { event, state }, before, now) {
    if (state.call.phase !== 'ringing' && before.call.phase !== 'ringing') return
    if (event.type === 'captured' || event.type === 'capture-opened' || event.type === 'opened')
      report(client, now, `${event.type} while it rings`)
    if (event.type === 'send' && before.call.phase === 'ringing' && !allowed.includes(event.message.type))
      report(client, now, `${event.message.type} sent while it rings`)
  },
  rested(client, now) {
    if (client.state().phase === 'ringing' && client.captures() > 0)
      report(client, now, 'the camera is open while it rings')
  },
})

/** A call connects when its peer connection is up and the caller chose the callee, and not before. */
export const connectsWhenReady: MakeRule = (report) => {
  const states = new Map<object, { state: RTCPeerConnectionState; chosen: Set<string> }>()
  return {
    seen(client, { event }) {
      const past = states.get(client) ?? { state: 'new', chosen: new Set() }
      states.set(client, past)
      if (event.type === 'opened') past.state = 'new'
      if (event.type === 'peer' && event.event.type === 'connection-state') past.state = event.event.state
      if (event.type === 'received' && event.message.type === 'select')
        past.chosen.add(`${event.message.callId} ${event.message.from.party}`)
    },
    rested(client, now) {
      const call = client.state()
      const past = states.get(client)
      if (call.phase !== 'connected' || !past) return
      if (past.state !== 'connected')
        report(client, now, `connected while the peer connection is ${past.state}`)
      if (call.role === 'callee' && !past.chosen.has(`${call.callId} ${call.remote.party}`))
        report(client, now, 'connected, and the caller never chose this party')
    },
  }
}
