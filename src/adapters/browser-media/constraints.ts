import type { CaptureRequest } from '../../core/ports/index.ts'

/** Constraints of each kind, as for `getUserMedia`. */
export interface DeviceConstraints {
  readonly audio?: MediaTrackConstraints | undefined
  readonly video?: MediaTrackConstraints | undefined
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

/** The defaults, changed by `constraints`. */
export const completed = (constraints: DeviceConstraints) => ({
  audio: { ...audioDefaults, ...constraints.audio },
  video: { ...videoDefaults, ...constraints.video },
})

/** The later constraints change the earlier ones. */
export const mergedConstraints = (one: DeviceConstraints, other: DeviceConstraints): DeviceConstraints => ({
  audio: { ...one.audio, ...other.audio },
  video: { ...one.video, ...other.video },
})

/** What to pass to `getUserMedia`. A device chosen by its id is requested with `exact`. */
export function constraintsFor(
  { audio, video }: Exclude<CaptureRequest, { readonly video: 'screen' }>,
  constraints: DeviceConstraints,
): MediaStreamConstraints {
  const all = completed(constraints)
  const chosen = (device: typeof audio) =>
    typeof device === 'object' && { deviceId: { exact: device.deviceId } }
  return {
    audio: audio !== false && { ...all.audio, ...chosen(audio) },
    video: video !== false && { ...all.video, ...chosen(video) },
  }
}
