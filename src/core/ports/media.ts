import type { Observable } from 'rxjs'

/** The way to camera, microphone and screen. */
export interface MediaPort {
  /**
   * Subscribing opens the devices, or asks the user for a screen; unsubscribing stops every track. What is granted only after
   * that is stopped at once. A device or a screen is asked for in the moment of subscribing: browsers demand the user's
   * gesture.
   *
   * Emits the stream once it is there, and stays subscribed to it. If a track ends by itself (W3C Media Capture, 4.3.1: the device
   * was pulled out, the user stopped sharing), emits a new stream of those that are left, perhaps of none. If the system mutes or
   * unmutes a track (its `muted` changes), emits the stream again. Errors with a CallError: `no-device`, `permission-denied`,
   * `device-in-use`, `screen-refused` or `capture-failed`.
   */
  capture(request: CaptureRequest): Observable<MediaStream>
  /** A new stream of these tracks. Nothing is opened or stopped by it. */
  stream(tracks: readonly MediaStreamTrack[]): MediaStream
  /**
   * The cameras and microphones that can be chosen: those that are there on subscribing, and all of them again when one comes or
   * goes, or a capture brings the permission to know their names. Never errors; empty where there is nothing to be known.
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
