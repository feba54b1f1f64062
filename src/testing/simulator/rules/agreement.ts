import { isOpen, type CallState, type OpenCall } from '../../../core/index.ts'
import type { MakeRule, RuleWorld } from './rule.ts'

/** Two clients are never connected to different calls with each other. */
export const agreement: MakeRule = (report, world) => ({
  changed(client, { state: { call } }, before, now) {
    if (call.phase !== 'connected' || call === before.call) return
    const theirs = stateOfOther(call, world)
    if (theirs?.phase !== 'connected' || theirs.remote.party !== client.self.party) return
    if (theirs.callId !== call.callId)
      report(client, now, `connected to ${call.callId}, the other side to ${theirs.callId}`)
  },
})

/** When faults stop, every call is connected on both sides or over. */
export const settles: MakeRule = (report, world) => ({
  over(clients, now) {
    for (const client of clients) {
      const state = client.state()
      if (!client.alive() || !isOpen(state)) continue
      const theirs = stateOfOther(state, world)
      if (state.phase !== 'connected') report(client, now, `stays ${state.phase} forever`)
      else if (world.settles && !(theirs?.phase === 'connected' && theirs.callId === state.callId))
        report(
          client,
          now,
          `stays connected to ${state.remote.user}, whose call is ${theirs?.phase ?? 'gone'}`,
        )
    }
  },
})

function stateOfOther({ remote }: OpenCall, world: RuleWorld): CallState | undefined {
  const other = world.partner(remote.party)
  return other?.alive() ? other.state() : undefined
}
