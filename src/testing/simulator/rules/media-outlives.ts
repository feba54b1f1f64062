import type { CallEvent } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

/** The loss of signaling alone ends no call whose media flows. */
export const mediaOutlivesSignaling: MakeRule = (report) => {
  const lastCause = perClient(() => ({ at: -1 }))
  return {
    seen(client, { event }, { call }, now) {
      const cause = lastCause(client)
      if (isCause(event)) cause.at = now
      if (event.type !== 'ended' || cause.at === now) return
      if (call.phase === 'connected') report(client, now, `ended as ${event.reason} for no reason of its own`)
    },
  }
}

// An invite of the same user, too: who calls again has left the call before.
const farewells = ['hang-up', 'cancel', 'gone', 'decline', 'busy', 'invite']

/** What may end a call whose media flows. */
function isCause(event: CallEvent): boolean {
  switch (event.type) {
    case 'action':
      return event.action.type === 'hang-up' || event.action.type === 'close'
    case 'received':
      return farewells.includes(event.message.type)
    case 'unlinked':
    case 'peer':
      return true
    default:
      return false
  }
}
