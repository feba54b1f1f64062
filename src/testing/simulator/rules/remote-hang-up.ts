import { defaultSettings } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'
import { waitingAfter, waitingTypes, type WaitingInvite } from './second-invite.ts'

interface Past {
  /** When the present peer connection was closed by the other side, in milliseconds of the world. */
  closedAt: number | undefined
  /** The other side just sent something that may end the call. */
  isTold: boolean
  /** The other side's user calls again. Another rule checks that no media arrived when the call was replaced. */
  waiting: WaitingInvite | undefined
}

const farewells = ['hang-up', 'cancel', 'gone', 'decline', 'busy']

/** A remote hang-up was announced, or the peer connection stayed closed for the grace period. */
export const hangUpIsReal: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ closedAt: undefined, isTold: false, waiting: undefined }))
  return {
    events: on([...waitingTypes, 'peer-closed', 'peer-opened'], (client, { event }, before, now) => {
      const past = pasts(client)
      const { waiting } = past
      past.waiting = waitingAfter(waiting, event, before, client.awakeMs(now))
      if (event.type === 'received' && farewells.includes(event.message.type)) past.isTold = true
      if (event.type === 'peer-closed') past.closedAt = event.error ? undefined : now
      if (event.type === 'peer-opened') past.closedAt = undefined
      if (event.type !== 'ended') return
      const { closedAt } = past
      past.closedAt = undefined
      if (event.reason !== 'hung-up' || event.by !== 'remote' || past.isTold || waiting) return
      if (closedAt === undefined) report(client, now, 'ended as hung up, and nobody did')
      else if (now - closedAt < defaultSettings.closeGraceMs)
        report(client, now, `a peer connection that closed counts as hanging up after ${now - closedAt} ms`)
    }),
    rested(client) {
      pasts(client).isTold = false
    },
  }
}
