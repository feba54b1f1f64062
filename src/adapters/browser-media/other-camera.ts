import type { DeviceChoice, MediaDevice } from '../../core/ports/index.ts'

type Facing = NonNullable<MediaDevice['facing']>

/**
 * Chooses the camera to flip to: on a phone the one that faces the other way, otherwise the next in the list. Returns
 * `null` if there is no other camera.
 *
 * `current` is the camera's track. Browsers list the cameras of a phone with ids only after the first capture. Use the
 * list that `devices$` emits then. Which way a camera faces comes from the browser, or else from its English label.
 *
 * @example
 * const camera = otherCamera(devices, localStream.getVideoTracks()[0])
 * if (camera) client.media({ video: camera })
 */
export function otherCamera(
  devices: readonly MediaDevice[],
  current: MediaStreamTrack | undefined,
): DeviceChoice | null {
  const cameras = devices.filter(({ kind }) => kind === 'video')
  const settings = current?.getSettings() ?? {}
  const place = cameras.findIndex(({ deviceId }) => deviceId === settings.deviceId)
  const others = [...cameras.slice(place + 1), ...cameras.slice(0, Math.max(place, 0))]
  const now = facingOf(settings.facingMode) ?? (cameras[place] && facingOfCamera(cameras[place]))
  const wanted = now === 'user' ? 'environment' : 'user'
  // A phone lists its main camera before the wide and the long ones.
  const opposite =
    now && cameras.find((camera) => others.includes(camera) && facingOfCamera(camera) === wanted)
  const chosen = opposite ?? others[0]
  return chosen ? { deviceId: chosen.deviceId } : null
}

const facingOf = (mode: string | undefined): Facing | undefined =>
  mode === 'user' || mode === 'environment' ? mode : undefined

function facingOfCamera({ facing, label }: MediaDevice): Facing | undefined {
  if (facing) return facing
  if (/\bfront\b/i.test(label)) return 'user'
  return /\b(back|rear)\b/i.test(label) ? 'environment' : undefined
}
