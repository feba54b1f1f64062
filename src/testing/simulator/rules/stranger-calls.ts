import { defaultSettings } from '../../../core/index.ts'
import { callerHistory, callerTypes } from './caller-history.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/**
 * A user who was declined pauses before ringing again. Strangers together ring at most three times a minute, for 20 s
 * each. While a stranger rings, no caller gets `busy`.
 */
export const limitsStrangerCalls: MakeRule = (report) => {
  const pasts = perClient(() => ({
    history: callerHistory(),
    /**
     * Whether the invite that just arrived may ring. If it replaces a ringing one, the end of that one does not count.
     */
    permit: { callId: '', is: 'rings' },
  }))
  return {
    events: on([...callerTypes, 'received', 'send'], (client, { event, state }, { call }, now) => {
      const past = pasts(client)
      const { history, permit } = past
      if (event.type === 'received' && event.message.type === 'invite') {
        const { callId, from } = event.message
        past.permit = { callId, is: history.admits(from.user, now) }
      }
      if (event.type === 'incoming') {
        const { user } = event.remote
        const permitted = permit.callId === event.callId ? permit.is : history.admits(user, now)
        if (permitted !== 'rings') report(client, now, `${user} rings again too soon`)
        if (history.isStranger(user) && event.ringMs > defaultSettings.strangerRingMs)
          report(client, now, `the stranger ${user} rings for ${event.ringMs} ms`)
      }
      if (event.type === 'send' && event.message.type === 'busy' && call.phase === 'ringing') {
        const { user } = event.message.to
        const isSaid = client.verdictOn(user) === 'busy'
        if (history.isStranger(call.remote.user) && user !== call.remote.user && !isSaid)
          report(client, now, `${user} is answered busy while a stranger rings`)
      }
      history.record(event, state, now)
    }),
    rested(client) {
      pasts(client).permit.callId = ''
    },
  }
}
