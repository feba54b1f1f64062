import { isOpen } from '../../../core/index.ts'
import type { MakeRule } from './rule.ts'

/** Unsent tracks are stopped: only sent tracks are live. */
export const stopsUnsentTracks: MakeRule = (report) => ({
  rested(client, now) {
    const { call, localStream, localMedia } = client.model()
    // At the beginning, a screen may be captured before the microphone.
    if (!isOpen(call) || localMedia === null) return
    const sent = localStream?.getTracks().length ?? 0
    const live = client.liveTracks()
    if (live !== sent) report(client, now, `${live} live tracks, and ${sent} of them are sent`)
  },
})

/** The peer connection sends the captured tracks, or nothing while either side has the call on hold. */
export const holdStopsSending: MakeRule = (report) => ({
  rested(client, now) {
    const { call, localStream, localMedia, remoteMedia } = client.model()
    const sent = client.sentTracks()
    if (!isOpen(call) || call.phase === 'ringing' || sent === null) return
    const isHeld = localMedia?.held === true || remoteMedia?.held === true
    const wanted = isHeld ? [] : (localStream?.getTracks() ?? [])
    const isAsWanted = sent.length === wanted.length && wanted.every((track) => sent.includes(track))
    const words = (tracks: readonly MediaStreamTrack[]) =>
      tracks.map(({ id }) => id).join(' and ') || 'nothing'
    if (!isAsWanted)
      report(client, now, `sends ${words(sent)}${isHeld ? ' on hold' : ''}, but should send ${words(wanted)}`)
  },
})

/** At rest, the media status that each side knows of the other is what the other sends. */
export const mediaStatusAgrees: MakeRule = (report, { settles, partner }) => ({
  over(clients, now) {
    if (!settles) return
    for (const client of clients) {
      const { call, remoteMedia } = client.model()
      if (!client.alive() || call.phase !== 'connected') continue
      const other = partner(call.remote.party)
      const theirs = other?.alive() ? other.model() : undefined
      if (theirs?.call.phase !== 'connected' || theirs.call.callId !== call.callId) continue
      const [told, sent] = [JSON.stringify(remoteMedia), JSON.stringify(theirs.localMedia)]
      if (told !== sent) report(client, now, `believes ${told}, but the other side sends ${sent}`)
    }
  },
})
