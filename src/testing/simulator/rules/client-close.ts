import { isOpen } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** A client that closes has ended its call, and has sent what it had to send if the relay is reachable. */
export const flushesOnClose: MakeRule = (report) => {
  const pasts = perClient(() => ({ unsent: [] as string[] }))
  return {
    events: on(['send', 'transmit', 'refused', 'left'], (client, { event, state }, before, now) => {
      const { unsent } = pasts(client)
      if (event.type === 'send') unsent.push(event.message.type)
      if (event.type === 'transmit' || event.type === 'refused') {
        const place = unsent.indexOf(event.message.type)
        if (place >= 0) unsent.splice(place, 1)
      }
      if (event.type === 'left' && isOpen(state.call)) report(client, now, 'leaves, and its call is open')
      if (event.type === 'left' && before.connection.status === 'online' && unsent.length > 0)
        report(client, now, `leaves, and ${unsent.join()} is not sent`)
    }),
    rested(client) {
      // Whether what waits longer goes out is for another rule.
      pasts(client).unsent.length = 0
    },
  }
}
