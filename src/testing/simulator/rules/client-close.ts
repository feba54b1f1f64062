import { isOpen } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** A client that closes has ended its call. If the relay is reachable, it has also sent everything pending. */
export const flushesOnClose: MakeRule = (report) => {
  const pasts = perClient(() => ({ unsent: [] as string[] }))
  const isSent = (client: SimulatedClient, type: string) => {
    const { unsent } = pasts(client)
    const place = unsent.indexOf(type)
    if (place >= 0) unsent.splice(place, 1)
  }
  return {
    crossed(client, crossing) {
      if (crossing.type === 'transmit') isSent(client, crossing.message.type)
    },
    events: on(['send', 'refused', 'connection'], (client, { event, state }, before, now) => {
      const { unsent } = pasts(client)
      if (event.type === 'send') unsent.push(event.message.type)
      if (event.type === 'refused') isSent(client, event.message.type)
      const hasLeft = event.type === 'connection' && event.connection.status === 'closed'
      if (hasLeft && isOpen(state.call)) report(client, now, 'leaves, and its call is open')
      if (hasLeft && before.connection.status === 'online' && unsent.length > 0)
        report(client, now, `leaves, and ${unsent.join()} is not sent`)
    }),
    rested(client) {
      // Another rule checks whether older pending messages are sent.
      pasts(client).unsent.length = 0
    },
  }
}
