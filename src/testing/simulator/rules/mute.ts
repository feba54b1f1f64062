import { isOpen, type ClientState, type TrackKind } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

const nothing = { audio: false, camera: false, screen: false, held: false }

/** A track is disabled exactly when the user last muted it in this call, or either side holds the call. */
export const muteIsKept: MakeRule = (report) => {
  const wishes = perClient(() => ({ ...nothing }))
  /** A screen has its own mute, from the moment it is shared. */
  const muteOf = (kind: TrackKind, { call, localMedia }: ClientState) => {
    if (kind === 'audio') return kind
    const isThere = localMedia !== null && localMedia.video !== 'opening'
    return isThere && isOpen(call) && call.media.video === 'screen' ? 'screen' : 'camera'
  }
  return {
    events: on(['outgoing', 'incoming', 'media', 'action'], (client, { event, state }, before) => {
      const wish = wishes(client)
      if (event.type === 'outgoing' || event.type === 'incoming') Object.assign(wish, nothing)
      // Each shared screen starts out visible.
      if (event.type === 'media' && event.media.sent.video === 'screen') {
        const [was, is] = [before.localStream, state.localStream].map((stream) => stream?.getVideoTracks()[0])
        if (was !== is) wish.screen = false
      }
      if (event.type !== 'action' || !isOpen(before.call)) return
      const { action } = event
      if (action.type === 'hold') wish.held = action.held
      if (action.type === 'mute') wish[muteOf(action.kind, before)] = action.muted
    }),
    rested(client, now) {
      const model = client.model()
      const { call, localStream, muted, remoteMedia } = model
      if (!isOpen(call)) return
      const wish = wishes(client)
      const isHeld = wish.held || (remoteMedia?.held ?? false)
      const isMuted = (kind: TrackKind) => wish[muteOf(kind, model)]
      for (const kind of ['audio', 'video'] as const)
        if (muted[kind] !== isMuted(kind))
          report(client, now, `${kind} is shown as ${muted[kind] ? '' : 'not '}muted`)
      for (const track of localStream?.getTracks() ?? [])
        if (track.enabled === (isHeld || isMuted(track.kind as TrackKind)))
          report(
            client,
            now,
            `the ${track.kind} track is ${track.enabled ? 'on' : 'off'} against the user's wish`,
          )
    },
  }
}
