import { on, perClient, type MakeRule } from './rule.ts'

/** How long a call may count as connected after the other side closed its peer connection, in milliseconds awake. */
const CLOSED_MS = 1_000

interface Past {
  state: RTCPeerConnectionState
  /** When the other side closed the peer connection, in time that the client was awake. */
  closedAt: number | undefined
  /** The calls whose callers chose this party. */
  readonly chosen: Set<string>
}

/** A call connects when its peer connection is up and the caller chose the callee, and not before. */
export const connectsWhenReady: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ state: 'new', closedAt: undefined, chosen: new Set() }))
  return {
    events: on(['peer-opened', 'peer-closed', 'peer', 'received'], (client, { event }, _, now) => {
      const past = pasts(client)
      if (event.type === 'peer-opened') Object.assign(past, { state: 'new', closedAt: undefined })
      if (event.type === 'peer-closed') past.closedAt = client.awakeMs(now)
      if (event.type === 'peer' && event.event.type === 'connection-state') past.state = event.event.state
      if (event.type === 'received' && event.message.type === 'select')
        past.chosen.add(`${event.message.callId} ${event.message.from.party}`)
    }),
    rested(client, now) {
      const call = client.state()
      if (call.phase !== 'connected') return
      const { state, closedAt, chosen } = pasts(client)
      if (state !== 'connected') report(client, now, `connected while the peer connection is ${state}`)
      if (closedAt !== undefined && client.awakeMs(now) - closedAt > CLOSED_MS)
        report(client, now, `connected ${client.awakeMs(now) - closedAt} ms after the peer connection closed`)
      if (call.role === 'callee' && !chosen.has(`${call.callId} ${call.remote.party}`))
        report(client, now, 'connected, and the caller never chose this party')
    },
  }
}
