import type { MediaStatus } from 'rxcall'

/**
 * What there is to know of what the other side sends, each thing in a sentence; nothing while all of it comes.
 *
 * @param cameraOff Its camera was on in this call, and is off. That a call of sound has no picture is nothing to know.
 */
export function remoteMediaInWords(
  media: MediaStatus | null,
  user: string,
  cameraOff: boolean,
): readonly string[] {
  if (!media) return []
  if (media.held) return [`${user} has put you on hold`]
  return [
    ...openingInWords(media, user),
    ...(media.video === 'screen' ? [`${user} shares the screen`] : []),
    ...(media.video === 'muted' || cameraOff ? [`${user}’s camera is off`] : []),
    ...(media.audio === 'muted' ? [`${user} has muted the microphone`] : []),
    ...(media.audio === 'off' ? [`${user} has no microphone on`] : []),
  ]
}

/** The browser may be asking the other user for permission. */
function openingInWords({ audio, video }: MediaStatus, user: string): readonly string[] {
  const devices = [...(video === 'opening' ? ['camera'] : []), ...(audio === 'opening' ? ['microphone'] : [])]
  return devices.length > 0 ? [`${user} is turning on the ${devices.join(' and ')}…`] : []
}

/** The same for this side: what is easily forgotten. On hold nothing is sent, so no screen is shared either. */
export function localMediaInWords(media: MediaStatus | null, user: string): readonly string[] {
  if (media?.held) return [`You have put ${user} on hold`]
  return media?.video === 'screen' ? ['You share your screen'] : []
}
