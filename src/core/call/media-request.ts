import type { MediaRequest } from '../ports/index.ts'

/** The kinds that are sent, from any source. */
export function sentKinds(media: MediaRequest): readonly ('audio' | 'video')[] {
  return (['audio', 'video'] as const).filter((kind) => media[kind] !== false)
}

/** Limits `settings` to the kinds that the caller sends too: an audio call is answered with audio. */
export function inCommon(caller: MediaRequest, settings: MediaRequest): MediaRequest {
  return {
    audio: caller.audio !== false && settings.audio,
    video: caller.video !== false && settings.video,
  }
}

/** Whether audio and video are sent, from any source. */
export function kindsOf({ audio, video }: MediaRequest): {
  readonly audio: boolean
  readonly video: boolean
} {
  return { audio: audio !== false, video: video !== false }
}

/** Whether both requests name the same sources. */
export function isSameMedia(one: MediaRequest, other: MediaRequest): boolean {
  return isSameSource(one.audio, other.audio) && isSameSource(one.video, other.video)
}

export function isSameSource(one: MediaRequest['video'], other: MediaRequest['video']): boolean {
  return typeof one === 'object' && typeof other === 'object'
    ? one.deviceId === other.deviceId
    : one === other
}
