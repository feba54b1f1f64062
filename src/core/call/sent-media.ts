import type { TrackKind } from '../events.ts'
import type { MediaRequest } from '../ports/index.ts'
import type { MediaStatus } from '../protocol/index.ts'
import type { LocalMedia } from './local-media.ts'

/** What is sent, as it was asked for; or is about to be, while the devices that the call begins with are being opened. */
export function mediaSent({ audio, video, opening }: LocalMedia): MediaRequest {
  return {
    audio: ((opening && audio.attempt?.source) || audio.source) as MediaRequest['audio'],
    video: (opening && video.attempt?.source) || video.source,
  }
}

export function isMuted(media: LocalMedia, kind: TrackKind): boolean {
  return media.muted[muteOf(media, kind)]
}

/** What is sent, as the other side is told it. */
export function statusOf(media: LocalMedia): MediaStatus {
  const { audio, video, held, opening } = media
  const picture = video.source === 'screen' ? 'screen' : 'camera'
  const isOpening = (part: LocalMedia[TrackKind]) => opening && part.attempt !== null && part.source === false
  return {
    audio: isOpening(audio)
      ? 'opening'
      : audio.source === false
        ? 'off'
        : isMuted(media, 'audio')
          ? 'muted'
          : 'on',
    video: isOpening(video)
      ? 'opening'
      : video.source === false
        ? 'off'
        : isMuted(media, 'video')
          ? 'muted'
          : picture,
    held,
  }
}

/** Whether the two say the same. */
export function isSameStatus(one: MediaStatus, other: MediaStatus): boolean {
  return one.audio === other.audio && one.video === other.video && one.held === other.held
}

/** Which of the mutes this kind has at the moment. */
export function muteOf({ begun, video }: LocalMedia, kind: TrackKind): keyof LocalMedia['muted'] {
  if (kind === 'audio') return 'audio'
  return begun && video.source === 'screen' ? 'screen' : 'camera'
}
