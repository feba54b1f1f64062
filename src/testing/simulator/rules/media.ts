import { isOpen, type TrackKind } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

/** A track is muted exactly when the user said so last in this call. */
export const muteHolds: MakeRule = (report) => {
  const wishes = perClient(() => ({ audio: false, video: false }))
  return {
    seen(client, { event }, before) {
      const wish = wishes(client)
      if (event.type === 'dialled' || event.type === 'rang') wish.audio = wish.video = false
      if (event.type === 'action' && event.action.type === 'mute' && isOpen(before.call))
        wish[event.action.kind] = event.action.muted
    },
    rested(client, now) {
      const { call, localStream, muted } = client.model()
      if (!isOpen(call)) return
      const wish = wishes(client)
      for (const kind of ['audio', 'video'] as const)
        if (muted[kind] !== wish[kind])
          report(client, now, `${kind} is shown as ${muted[kind] ? '' : 'not '}muted`)
      for (const track of localStream?.getTracks() ?? [])
        if (track.enabled === wish[track.kind as TrackKind])
          report(
            client,
            now,
            `the ${track.kind} track is ${track.enabled ? 'on' : 'off'} against the user's wish`,
          )
    },
  }
}

/** A remote candidate is added only after a remote description (W3C WebRTC, addIceCandidate). */
export const describedFirst: MakeRule = (report) => {
  const described = perClient(() => ({ yet: false }))
  return {
    seen(client, { event }, _, now) {
      const past = described(client)
      if (event.type === 'opened') past.yet = false
      if (event.type !== 'command') return
      if (event.command.type === 'description') past.yet = true
      if (event.command.type === 'candidate' && !past.yet)
        report(client, now, 'a candidate was added before any description')
    },
  }
}
