import { defaultSettings, isOpen, type CallState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Count {
  descriptions: number
  candidates: number
}

interface Signals {
  callId: string
  /** The number of signals that the current peer connection has emitted. */
  readonly found: Count
  /** When the last candidate was found, in awake time. */
  lastFound: number
  /** The number of them that were sent, by party. */
  readonly sent: Map<string, Count>
}

/**
 * The signals of the peer connection are sent to every party that made contact: a description at once, candidates
 * within their time limit.
 */
export const sendsLocalSignals: MakeRule = (report) => {
  const past = perClient((): Signals => ({
    callId: '',
    found: { descriptions: 0, candidates: 0 },
    lastFound: 0,
    sent: new Map(),
  }))
  return {
    changed(client, { state: { call } }) {
      const mine = past(client)
      const callId = isOpen(call) ? call.callId : ''
      if (callId !== mine.callId) forget(mine)
      mine.callId = callId
    },
    events: on(['peer-opened', 'peer', 'send'], (client, { event }, _, now) => {
      const mine = past(client)
      if (event.type === 'peer-opened') forget(mine)
      if (event.type === 'peer' && event.event.type === 'description') mine.found.descriptions++
      if (event.type === 'peer' && event.event.type === 'candidate') {
        mine.found.candidates++
        mine.lastFound = client.awakeMs(now)
      }
      if (event.type !== 'send' || event.message.callId !== mine.callId) return
      const party = event.message.to.party ?? ''
      const sent = mine.sent.get(party) ?? { descriptions: 0, candidates: 0 }
      mine.sent.set(party, sent)
      if (event.message.type === 'offer' || event.message.type === 'answer') sent.descriptions++
      if (event.message.type === 'candidates')
        sent.candidates += event.message.body.list.length + (event.message.body.end ? 1 : 0)
    }),
    rested(client, now) {
      const { found, sent, lastFound } = past(client)
      for (const party of addressees(client.state())) {
        const { descriptions, candidates } = sent.get(party) ?? { descriptions: 0, candidates: 0 }
        const missing = found.descriptions - descriptions
        if (missing !== 0) report(client, now, `${missing} descriptions were not sent`)
        const unsent = found.candidates - candidates
        if (unsent < 0) report(client, now, `${-unsent} candidates were sent that nobody found`)
        if (unsent > 0 && client.awakeMs(now) - lastFound > defaultSettings.candidateBatchMs)
          report(client, now, `${unsent} candidates were not sent in time`)
      }
    },
  }
}

function forget({ found, sent }: Signals): void {
  found.descriptions = found.candidates = 0
  sent.clear()
}

/** The parties that must receive all signals. */
function addressees(call: CallState): string[] {
  if (!isOpen(call)) return []
  if (call.phase === 'calling') return call.contacts.map(({ party }) => party)
  return call.remote.party === undefined ? [] : [call.remote.party]
}
