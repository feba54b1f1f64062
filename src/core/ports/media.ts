import type { Observable } from 'rxjs'

/** The way to camera, microphone and screen. */
export interface MediaPort {
  /**
   * Subscribing opens the devices, or asks the user for a screen. Unsubscribing stops every track, and whatever is
   * granted after that is stopped at once. Devices and screens are requested synchronously on subscribing, because
   * browsers demand a user gesture.
   *
   * Emits the stream once it is there. Stays subscribed to its tracks:
   * - if one ends by itself (W3C Media Capture, 4.3.1: device pulled out, sharing stopped), emits a new stream of the
   *   others, which may be empty;
   * - if the system mutes or unmutes one (its `muted` changes), emits the stream again.
   *
   * Errors with a CallError: `no-device`, `permission-denied`, `device-in-use`, `screen-refused` or `capture-failed`.
   */
  capture(request: CaptureRequest): Observable<MediaStream>
  /** A new stream of these tracks. Nothing is opened or stopped by it. */
  stream(tracks: readonly MediaStreamTrack[]): MediaStream
  /**
   * The cameras and microphones to choose from. Emits the present ones on subscribing, and all of them again when one
   * comes or goes. Also emits when a capture brings the permission to see their names. Never errors; empty if nothing
   * can be known.
   */
  readonly devices$: Observable<readonly MediaDevice[]>
}

/** A camera or a microphone. */
export interface MediaDevice {
  readonly kind: 'audio' | 'video'
  readonly deviceId: string
  /** Its name for people; empty without permission. */
  readonly label: string
}

/** One device among several, by the id that `devices$` has for it. */
export interface DeviceChoice {
  readonly deviceId: string
}

/** What is sent of each kind: nothing, what any device gives, what this one gives, or what is on the screen. */
export interface MediaRequest {
  readonly audio: boolean | DeviceChoice
  readonly video: boolean | DeviceChoice | 'screen'
}

/** What to open at once. A screen is asked for alone. */
export type CaptureRequest =
  | { readonly audio: boolean | DeviceChoice; readonly video: boolean | DeviceChoice }
  | { readonly audio: false; readonly video: 'screen' }
