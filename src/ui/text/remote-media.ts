import type { MediaStatus } from 'rxcall'

/**
 * Lists what is missing or unusual in what the other side sends, one sentence each. Empty if everything arrives.
 *
 * @param cameraOff Whether its camera was on in this call and is now off. An audio call has no picture, which needs no note.
 */
export function remoteMediaInWords(
  media: MediaStatus | null,
  user: string,
  cameraOff: boolean,
): readonly string[] {
  if (!media) return []
  if (media.held) return [`${user} has put you on hold, and does not see or hear you`]
  return [
    ...openingInWords(media, user),
    ...(media.video === 'screen' ? [`${user} shares the screen`] : []),
    ...(media.video === 'muted' || cameraOff ? [`${user}’s camera is off`] : []),
    ...(media.audio === 'muted' ? [`${user} has muted the microphone`] : []),
    ...(media.audio === 'off' ? [`${user}’s microphone is off`] : []),
    ...interruptedInWords(media, `${user}’s`),
  ]
}

/** The browser may be asking the other user for permission. */
function openingInWords({ audio, video }: MediaStatus, user: string): readonly string[] {
  const devices = [...(video === 'opening' ? ['camera'] : []), ...(audio === 'opening' ? ['microphone'] : [])]
  return devices.length > 0 ? [`${user} is turning on the ${devices.join(' and ')}…`] : []
}

/** Browsers do not report the reason, which may be a phone call, a switch or a cover. */
function interruptedInWords({ audio, video }: MediaStatus, whose: string): readonly string[] {
  return [
    ...(video === 'interrupted' ? [`${whose} system has switched off the camera`] : []),
    ...(audio === 'interrupted' ? [`${whose} system has switched off the microphone`] : []),
  ]
}

/**
 * Does the same for this side: what users forget easily, and what they did not cause. On hold nothing is sent, so no
 * screen is shared either.
 */
export function localMediaInWords(
  local: MediaStatus | null,
  remote: MediaStatus | null,
  user: string,
): readonly string[] {
  if (local === null) return []
  if (local.held) return [`You have put ${user} on hold`]
  if (remote?.held) return []
  return [
    ...(local.video === 'screen' ? ['You share your screen'] : []),
    ...(local.audio === 'off' ? ['Your microphone is off'] : []),
    ...interruptedInWords(local, 'Your'),
  ]
}
