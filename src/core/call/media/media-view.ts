import type { LocalMedia, Muted, TrackKind } from '../../events.ts'
import type { MediaRequest } from '../../ports/index.ts'
import type { MediaStatus } from '../../protocol/index.ts'
import { isSameMedia } from '../media-request.ts'
import { isSameStatus } from '../sent-media.ts'
import type { Captures } from './capture-state.ts'

/**
 * What is sent, as it was requested. A source that is still opening counts if the call begins with it or if it replaces
 * another.
 */
export function requestOf(media: Captures): MediaRequest {
  const sent = (part: Captures[TrackKind]) => (isOpening(media, part) && part.attempt?.source) || part.source
  return { audio: sent(media.audio) as MediaRequest['audio'], video: sent(media.video) }
}

function isOpening({ opening }: Captures, { attempt, source }: Captures[TrackKind]): boolean {
  if (attempt === null || source !== false) return false
  return opening || attempt.isReturn || attempt.former !== false
}

export function isMuted(media: Captures, kind: TrackKind): boolean {
  return media.muted[muteOf(media, kind)]
}

export const mutesOf = (media: Captures): Muted => ({
  audio: isMuted(media, 'audio'),
  video: isMuted(media, 'video'),
})

/** What is sent, as reported to the other side. */
export function statusOf(media: Captures): MediaStatus {
  const status = <On extends string>(kind: TrackKind, on: On) => {
    if (isOpening(media, media[kind])) return 'opening'
    const { source, interrupted } = media[kind]
    if (source === false) return 'off'
    if (isMuted(media, kind)) return 'muted'
    // A minimized window mutes its track, but it is still shared.
    return interrupted && source !== 'screen' ? 'interrupted' : on
  }
  return {
    audio: status('audio', 'on'),
    video: status('video', media.video.source === 'screen' ? 'screen' : 'camera'),
    held: media.held,
  }
}

/** Whether a user would see no difference. Before the media is ready, only the mutes count. */
export function isSameLocalMedia(one: LocalMedia, other: LocalMedia): boolean {
  if (one.muted.audio !== other.muted.audio || one.muted.video !== other.muted.video) return false
  if (one.status === null || other.status === null) return one.status === other.status
  return (
    one.stream === other.stream && isSameMedia(one.sent, other.sent) && isSameStatus(one.status, other.status)
  )
}

/** Which mute state applies to this kind at the moment. */
export function muteOf({ begun, video }: Captures, kind: TrackKind): keyof Captures['muted'] {
  if (kind === 'audio') return 'audio'
  return begun && video.source === 'screen' ? 'screen' : 'camera'
}
