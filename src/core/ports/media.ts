import type { Observable } from 'rxjs'

/** The way to camera and microphone. */
export interface MediaPort {
  /**
   * Subscribing opens the devices, unsubscribing stops every track; a device granted only after that is stopped at once.
   *
   * Emits the stream, once it is there, and stays subscribed to it. Errors with a CallError: `no-device`,
   * `permission-denied`, `device-in-use` or `capture-failed`.
   */
  capture(request: MediaRequest): Observable<MediaStream>
}

/** What to capture. */
export interface MediaRequest {
  readonly audio: boolean
  readonly video: boolean
}
