import type { CallErrorCode } from 'rxcall'
import type { BlockedDevices } from '../streams/blocked-devices.ts'

/** An error in words for the user: what happened, and what to do about it. */
export interface Advice {
  readonly problem: string
  readonly advice: string
  /** Whether the same call is likely to work without the camera. */
  readonly tryAudioOnly?: true
}

/** The advice for each error code. A missing code does not compile. */
export const adviceFor: Record<CallErrorCode, Advice> = {
  'already-in-call': {
    problem: 'You are in a call already.',
    advice: 'Hang up first, then call again.',
  },
  'not-ringing': {
    problem: 'The call is over, so it can no longer be answered.',
    advice: 'Perhaps the caller has just given up. You can call back.',
  },
  'not-in-call': {
    problem: 'The call is over.',
    advice: 'Call again to go on.',
  },
  'callers-failed': {
    problem: 'This page could not decide who may call.',
    advice: 'The call rings anyway. Reload the page if this happens again.',
  },
  'no-device': {
    problem: 'No camera or microphone was found.',
    advice: 'Connect one and try again. Without a camera, try an audio call.',
    tryAudioOnly: true,
  },
  'permission-denied': {
    problem: 'Camera or microphone is not allowed.',
    advice:
      'Allow them for this page, with the icon next to its address or in the system settings, then try again.',
  },
  'device-in-use': {
    problem: 'Camera or microphone is in use.',
    advice: 'Close the program or tab that uses it and try again, or try an audio call.',
    tryAudioOnly: true,
  },
  'capture-failed': {
    problem: 'Camera or microphone could not be opened.',
    advice: 'Check that the address of this page begins with https or is on localhost, then try again.',
    tryAudioOnly: true,
  },
  'screen-refused': {
    problem: 'No screen is shared.',
    advice: 'Share again and choose a screen, window or tab. The system settings may have to allow it.',
  },
  'device-lost': {
    problem: 'A camera or microphone is gone.',
    advice:
      'Another microphone takes over if there is one. To get the camera back, connect it and turn it on, or choose another one in the settings.',
  },
  'remote-media-failed': {
    problem: 'The other side could not open camera or microphone.',
    advice: 'Ask them to check their devices, or to take the call without the camera.',
  },
  'no-webrtc': {
    problem: 'This browser cannot make calls: it has WebRTC switched off.',
    advice: 'Switch it on in the settings, or look for an extension that blocks it. Or use another browser.',
  },
  'connection-failed': {
    problem: 'The connection broke down.',
    advice: 'Check your network and call again. If it keeps failing, the network may need a TURN server.',
  },
  'connection-timeout': {
    problem: 'The call could not be connected.',
    advice:
      'Call again. If it keeps failing, one of the networks blocks direct calls and needs a TURN server.',
  },
  'invalid-ice-server': {
    problem: 'A STUN or TURN server of this page cannot be used.',
    advice: 'Calls work without it in many networks. If yours fails, tell the person who runs this page.',
  },
  'not-supported': {
    problem: 'This browser cannot do that.',
    advice:
      'The call goes on as before. A current version of Chrome, Edge, Firefox or Safari may be able to.',
  },
  'negotiation-failed': {
    problem: 'The two browsers could not agree on the call.',
    advice: 'Reload the page on both sides and call again.',
  },
  unreachable: {
    problem: 'Nobody of that name is there.',
    advice: 'Ask them to open this page, then call again.',
  },
  'name-taken': {
    problem: 'Somebody else has this name.',
    advice:
      'Choose another one; names that look alike count as one. If it was you in another browser, close the page there first.',
  },
  'invalid-name': {
    problem: 'This name cannot be used.',
    advice:
      'Use 1 to 64 characters that everybody can see: letters, digits, signs, emoji. No private-use or blank ones.',
  },
  'relay-unreachable': {
    problem: 'The relay does not answer.',
    advice: 'Check your network. The page keeps trying by itself.',
  },
  'relay-refused': {
    problem: 'The relay refused this.',
    advice: 'Wait a moment and try again. If it keeps happening, reload the page.',
  },
  'invalid-message': {
    problem: 'Something arrived that could not be read, and was left out.',
    advice: 'If it happens again, reload the page on both sides: they may run different versions.',
  },
  'text-too-long': {
    problem: 'Your message is too long.',
    advice: 'Shorten it, or send it in several parts.',
  },
  'text-not-sent': {
    problem: 'Your message was not sent.',
    advice: 'Send it again once you are connected.',
  },
  closed: {
    problem: 'You have left.',
    advice: 'Reload the page to come back.',
  },
}

/** Advice for refused devices: which of them are blocked, if the browser reports it, and how to allow them. */
export function adviceForRefusal({ camera, microphone }: BlockedDevices): Advice {
  // An audio call may work, unless the microphone was refused.
  const wayOut = microphone ? {} : ({ tryAudioOnly: true } as const)
  if (!camera && !microphone) return { ...adviceFor['permission-denied'], ...wayOut }
  const devices = camera && microphone ? 'camera and microphone' : camera ? 'camera' : 'microphone'
  const them = camera && microphone ? 'them' : 'it'
  return {
    problem: `Your ${devices} ${them === 'it' ? 'is' : 'are'} blocked for this page.`,
    advice: `Allow ${them} with the icon next to the address of this page, then try again. The system settings may have to allow the browser, too.`,
    ...wayOut,
  }
}

/** Advice for a page that was loaded over plain http from another machine. Browsers do not let it use camera and microphone. */
export function adviceForInsecurePage({ host, port }: Pick<URL, 'host' | 'port'>): Advice {
  const here = `http://localhost${port === '' ? '' : `:${port}`}`
  return {
    problem: 'This page can make no calls at its present address.',
    advice: `Browsers give a camera or microphone only to pages with https, or from the same machine. Open https://${host} instead, or ${here} on the machine that serves it. If https does not answer, start the relay with --https.`,
  }
}
