import { defaultSettings, isOpen } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

interface Signals {
  callId: string
  /** Of the peer connection, and not sent yet: when the first of them came, in time that the client was awake. */
  candidates: number
  descriptions: number
  since: number
}

/** What the peer connection has for the other side is sent: a description at once, candidates within their time. */
export const sendsItsSignals: MakeRule = (report) => {
  const past = perClient((): Signals => ({ callId: '', candidates: 0, descriptions: 0, since: 0 }))
  return {
    seen(client, { event, state }, _, now) {
      const mine = past(client)
      if (isOpen(state.call) ? state.call.callId !== mine.callId : mine.callId !== '')
        Object.assign(mine, {
          callId: isOpen(state.call) ? state.call.callId : '',
          candidates: 0,
          descriptions: 0,
        })
      if (event.type === 'opened') mine.candidates = mine.descriptions = 0
      if (event.type === 'peer' && event.event.type === 'description') mine.descriptions++
      if (event.type === 'peer' && event.event.type === 'candidate') {
        if (mine.candidates === 0) mine.since = client.awakeMs(now)
        mine.candidates++
      }
      if (event.type !== 'send') return
      if (event.message.type === 'offer' || event.message.type === 'answer') mine.descriptions--
      if (event.message.type === 'candidates') {
        mine.candidates -= event.message.body.list.length + (event.message.body.end ? 1 : 0)
        mine.since = client.awakeMs(now)
      }
    },
    rested(client, now) {
      const { candidates, descriptions, since } = past(client)
      if (!isOpen(client.state())) return
      if (descriptions !== 0) report(client, now, `${descriptions} descriptions were not sent`)
      if (candidates < 0) report(client, now, `${-candidates} candidates were sent that nobody found`)
      if (candidates > 0 && client.awakeMs(now) - since > defaultSettings.candidateBatchMs)
        report(client, now, `${candidates} candidates were not sent in time`)
    },
  }
}
