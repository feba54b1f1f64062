import { perClient, type MakeRule } from './rule.ts'

/** How long after the last cause a grade may be worse than good, in milliseconds. */
export const RECOVERS_MS = 15_000
/** How old the latest grade may be, in milliseconds. */
const RECENT_MS = 2_500

/** A grade is good again once its causes are gone: the call is connected, the path clear, and the other side unlimited. */
export const gradeRecovers: MakeRule = (report, { settles, partner }) => {
  const pasts = perClient(() => ({ connectedAt: Infinity, sentAt: 0 }))
  return {
    changed(client, { state }, before, now) {
      const past = pasts(client)
      if (state.call.phase !== 'connected') past.connectedAt = Infinity
      else if (before.call.phase !== 'connected') past.connectedAt = now
      // What is sent has just changed, so encoders and buffers adapt.
      if (state.remoteMedia !== before.remoteMedia) past.sentAt = now
    },
    over(clients, now) {
      if (!settles) return
      for (const client of clients) {
        const call = client.state()
        const given = client.watching.latest()
        if (!client.alive() || call.phase !== 'connected' || !given) continue
        const { connectedAt, sentAt } = pasts(client)
        const steadySince = Math.max(connectedAt, sentAt, client.watching.calmAt())
        if (given.at - steadySince < RECOVERS_MS || client.watching.endsAt() - given.at > RECENT_MS) continue
        const other = partner(call.remote.party)
        const theirs = other?.state()
        if (!other?.alive() || theirs?.phase !== 'connected' || theirs.callId !== call.callId) continue
        if ((other.watching.step()?.step ?? 0) > 0) continue
        const { receiving, because } = given.quality
        if (receiving !== 'good')
          report(
            client,
            now,
            `still receives ${receiving} (${because.receiving.join(', ')}) after all is well`,
          )
      }
    },
  }
}
