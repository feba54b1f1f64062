import type { CallEvent } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'
import { waitingAfter, waitingTypes, type WaitingInvite } from './second-invite.ts'

/** The loss of signaling alone ends no call whose media flows. */
export const survivesSignalingLoss: MakeRule = (report) => {
  const lastCause = perClient(() => ({ at: -1, waiting: undefined as WaitingInvite | undefined }))
  return {
    events: on([...waitingTypes, 'peer-closed', 'peer'], (client, { event }, before, now) => {
      const { call } = before
      const cause = lastCause(client)
      const { waiting } = cause
      cause.waiting = waitingAfter(waiting, event, before, client.awakeMs(now))
      if (isCause(event)) cause.at = now
      // Another rule checks that no media arrived when it was replaced.
      if (event.type !== 'ended' || cause.at === now || waiting) return
      if (call.phase === 'connected') report(client, now, `ended as ${event.reason} without a reason`)
    }),
  }
}

const farewells = ['hang-up', 'cancel', 'gone', 'decline', 'busy']

/** What may end a call whose media flows. */
function isCause(event: CallEvent): boolean {
  switch (event.type) {
    case 'action':
      return event.action.type === 'hang-up' || event.action.type === 'close'
    case 'received':
      return farewells.includes(event.message.type)
    case 'peer-closed':
    case 'peer':
      return true
    default:
      return false
  }
}
