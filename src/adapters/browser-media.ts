import { CallError } from '../core/errors.ts'
import type { MediaPort } from '../core/ports/index.ts'
import { captureError } from './browser-media/capture-error.ts'
import { promiseResource } from './promise-resource.ts'

export interface BrowserMediaOptions {
  /**
   * Added to the defaults of each kind, and stronger than they are. A constraint that is `exact` and that no device
   * fits ends the capture with `no-device`.
   */
  readonly constraints?: { readonly audio?: MediaTrackConstraints; readonly video?: MediaTrackConstraints }
  /** Where the devices come from; the page's own `navigator.mediaDevices` by default. */
  readonly mediaDevices?: Pick<MediaDevices, 'getUserMedia'>
}

const audioDefaults: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}
const videoDefaults: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  facingMode: 'user',
}

/**
 * Camera and microphone of the browser, by `getUserMedia` (W3C Media Capture and Streams).
 *
 * By default asks for speech processing on the audio, and for 1280 x 720 pixels and the camera that faces the user,
 * where there is a choice.
 *
 * @example
 * browserMedia({ constraints: { video: { facingMode: 'environment' } } })
 */
export function browserMedia(options: BrowserMediaOptions = {}): MediaPort {
  return {
    capture: (request) =>
      promiseResource(
        () => {
          const devices = options.mediaDevices ?? pageDevices()
          if (devices === undefined) throw new CallError('capture-failed', insecurePage)
          return devices.getUserMedia({
            audio: request.audio && { ...audioDefaults, ...options.constraints?.audio },
            video: request.video && { ...videoDefaults, ...options.constraints?.video },
          })
        },
        (stream) => stream.getTracks().forEach((track) => track.stop()),
        (thrown) => (thrown instanceof CallError ? thrown : captureError(thrown, request)),
      ),
  }
}

const insecurePage =
  'there is no navigator.mediaDevices here: browsers offer camera and microphone only to pages served over https or from localhost'

/** Not there in an insecure context, whatever the DOM types say, nor outside a browser. */
function pageDevices(): MediaDevices | undefined {
  const page: { readonly navigator?: { readonly mediaDevices?: MediaDevices } } = globalThis
  return page.navigator?.mediaDevices
}
