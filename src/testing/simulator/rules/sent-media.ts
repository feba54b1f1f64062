import { isOpen } from '../../../core/index.ts'
import type { MakeRule } from './rule.ts'

/** What is dropped is closed: no track is live but those that are sent. */
export const closesWhatIsDropped: MakeRule = (report) => ({
  rested(client, now) {
    const { call, localStream, localMedia } = client.model()
    // At the beginning a screen may be there before the microphone.
    if (!isOpen(call) || localMedia === null) return
    const sent = localStream?.getTracks().length ?? 0
    const live = client.liveTracks()
    if (live !== sent) report(client, now, `${live} live tracks, and ${sent} of them are sent`)
  },
})

/** At rest, what each side is told of the other is what the other sends. */
export const mediaAgreed: MakeRule = (report, { settles, partner }) => ({
  over(clients, now) {
    if (!settles) return
    for (const client of clients) {
      const { call, remoteMedia } = client.model()
      if (!client.alive() || call.phase !== 'connected') continue
      const other = partner(call.remote.party)
      const theirs = other?.alive() ? other.model() : undefined
      if (theirs?.call.phase !== 'connected' || theirs.call.callId !== call.callId) continue
      const [told, sent] = [JSON.stringify(remoteMedia), JSON.stringify(theirs.localMedia)]
      if (told !== sent) report(client, now, `was told ${told}, where the other side sends ${sent}`)
    }
  },
})
