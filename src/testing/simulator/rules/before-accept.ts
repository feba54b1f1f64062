import { on, type MakeRule } from './rule.ts'

const allowed = ['ringing', 'decline', 'gone', 'busy', 'accept']

/** Before accepting, the callee captures nothing and sends no answer and no candidate. */
export const noMediaBeforeAccept: MakeRule = (report) => ({
  events: on(['media', 'peer-opened', 'send'], (client, { event, state }, before, now) => {
    if (state.call.phase !== 'ringing' && before.call.phase !== 'ringing') return
    if (event.type === 'peer-opened' || (event.type === 'media' && event.media.stream !== null))
      report(client, now, `${event.type} while it rings`)
    if (event.type === 'send' && before.call.phase === 'ringing' && !allowed.includes(event.message.type))
      report(client, now, `${event.message.type} sent while it rings`)
  }),
  rested(client, now) {
    if (client.state().phase === 'ringing' && client.captures() > 0)
      report(client, now, 'the camera is open while it rings')
  },
})
