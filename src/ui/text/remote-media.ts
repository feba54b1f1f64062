import type { MediaStatus } from 'rxcall'

/** What there is to know of what the other side sends, each thing in a sentence; nothing while all of it comes. */
export function remoteMediaInWords(media: MediaStatus | null, user: string): readonly string[] {
  if (!media) return []
  if (media.held) return [`${user} has put you on hold`]
  return [
    ...(media.video === 'screen' ? [`${user} shares the screen`] : []),
    ...(media.video === 'muted' ? [`${user} has turned the camera off`] : []),
    ...(media.audio === 'muted' ? [`${user} has muted the microphone`] : []),
    ...(media.audio === 'off' ? [`${user} has no microphone on`] : []),
  ]
}

/** The same for this side: what is easily forgotten. */
export function localMediaInWords(media: MediaStatus | null, user: string): readonly string[] {
  return [
    ...(media?.held ? [`You have put ${user} on hold`] : []),
    ...(media?.video === 'screen' ? ['You share your screen'] : []),
  ]
}
