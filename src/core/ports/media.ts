import type { Observable } from 'rxjs'

/** Access to camera, microphone and screen. */
export interface MediaPort {
  /**
   * Subscribing opens the devices, or asks the user for a screen. Unsubscribing stops every track; anything granted
   * later is stopped at once. Devices and screens are requested synchronously on subscribing, because browsers demand
   * a user gesture.
   *
   * Emits the stream once it is live, then watches its tracks:
   * - if one ends by itself (W3C Media Capture, 4.3.1: device unplugged, sharing stopped), emits a new stream of the
   *   others, which may be empty;
   * - if the port replaces one by another of its kind, emits a new stream with that one;
   * - if the system mutes or unmutes one (its `muted` changes), emits the stream again.
   *
   * Errors with a CallError: `no-device`, `permission-denied`, `device-in-use`, `screen-refused` or `capture-failed`.
   */
  capture(request: CaptureRequest): Observable<MediaStream>
  /** Makes a new stream of these tracks. Opens and stops nothing. */
  stream(tracks: readonly MediaStreamTrack[]): MediaStream
  /**
   * The cameras and microphones to choose from. Emits the list on subscribing, and again when a device is plugged in
   * or unplugged. Also emits when a capture brings permission to see their names. Never errors; the list is empty if
   * nothing can be known.
   */
  readonly devices$: Observable<readonly MediaDevice[]>
}

/** A camera or a microphone. */
export interface MediaDevice {
  readonly kind: 'audio' | 'video'
  readonly deviceId: string
  /** Its human-readable name; empty without permission. */
  readonly label: string
  /** Which way a camera of a phone faces: to the user, or away. Absent if that is unknown. */
  readonly facing?: 'user' | 'environment' | undefined
}

/** Chooses a device by its id in `devices$`. */
export interface DeviceChoice {
  readonly deviceId: string
}

/** The source of each kind: none, any device, a particular device, or the screen. */
export interface MediaRequest {
  readonly audio: boolean | DeviceChoice
  readonly video: boolean | DeviceChoice | 'screen'
}

/** What to open in one request. A screen is requested alone. */
export type CaptureRequest =
  | { readonly audio: boolean | DeviceChoice; readonly video: boolean | DeviceChoice }
  | { readonly audio: false; readonly video: 'screen' }
