import { isOpen } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

/** The limits for one second, for one stranger and for all together: the burst, plus the refill in that time. */
const MOST_OF_ONE = 40 + 4
const MOST_OF_ALL = 80 + 8
const SECOND = 1_000

interface Past {
  /** Users with whom the client had a call. Their limits depend on when they were strangers. */
  readonly known: Set<string>
  /** The senders and times of all other messages acknowledged within the last second. */
  heard: readonly { readonly user: string; readonly at: number }[]
}

/** However many messages strangers send, a client accepts only as many as it can answer besides its own call. */
export const limitsFloods: MakeRule = (report) => {
  const pasts = perClient((): Past => ({ known: new Set(), heard: [] }))
  return {
    changed(client, { state: { call } }) {
      if (isOpen(call)) pasts(client).known.add(call.remote.user)
    },
    crossed(client, crossing, now) {
      if (crossing.type !== 'transmit' || crossing.message.type !== 'ack') return
      const past = pasts(client)
      const { user } = crossing.message.to
      if (past.known.has(user)) return
      past.heard = [...past.heard.filter(({ at }) => now - at < SECOND), { user, at: now }]
      const ofOne = past.heard.filter((each) => each.user === user).length
      if (ofOne > MOST_OF_ONE)
        report(client, now, `acknowledges ${ofOne} messages of the stranger ${user} in a second`)
      if (past.heard.length > MOST_OF_ALL)
        report(client, now, `acknowledges ${past.heard.length} messages of strangers in a second`)
    },
  }
}
