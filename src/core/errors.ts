/**
 * Every way in which something in a call can go wrong. The union is closed: a UI that has a text for each code is
 * complete, and the compiler says so.
 *
 * | code | meaning |
 * | --- | --- |
 * | `already-in-call` | `call` while a call is open; the open call is untouched |
 * | `not-ringing` | `accept` or `decline` while nothing rings |
 * | `not-in-call` | `send`, `mute`, `media`, `hold` or `hangUp` while there is no call |
 * | `no-device` | no camera or no microphone fits the request |
 * | `permission-denied` | the user or the system refused camera or microphone |
 * | `device-in-use` | the device is there, but another program holds it |
 * | `capture-failed` | capturing failed in any other way |
 * | `screen-refused` | the user chose no screen, or the system refused to share it |
 * | `device-lost` | a camera or microphone that was used in the call is gone |
 * | `remote-media-failed` | the other side could not open camera or microphone |
 * | `no-webrtc` | the browser or platform has no WebRTC: calls can be neither made nor taken |
 * | `connection-failed` | the peer connection failed or broke down |
 * | `connection-timeout` | the call was accepted, but no connection came about in time |
 * | `invalid-ice-server` | an ICE server cannot be used and is left out; the message says which one and why |
 * | `negotiation-failed` | an offer, answer or candidate could not be applied |
 * | `unreachable` | nobody of that name is connected to the relay |
 * | `name-taken` | another client holds the name |
 * | `invalid-name` | the name is empty, too long, shows nothing, or holds control, private-use or blank characters |
 * | `relay-unreachable` | the relay does not answer; the connection is retried |
 * | `relay-refused` | the relay refused a message or the connection; `detail` has its code |
 * | `invalid-message` | what arrived is not a message of this protocol and was dropped |
 * | `text-too-long` | a text is larger than {@link limits.text} |
 * | `text-not-sent` | the call ended, or the queue was full, before the text could go out |
 * | `closed` | an action after `close()`; thrown by the action itself |
 */
export type CallErrorCode =
  | 'already-in-call'
  | 'not-ringing'
  | 'not-in-call'
  | 'no-device'
  | 'permission-denied'
  | 'device-in-use'
  | 'capture-failed'
  | 'screen-refused'
  | 'device-lost'
  | 'remote-media-failed'
  | 'no-webrtc'
  | 'connection-failed'
  | 'connection-timeout'
  | 'invalid-ice-server'
  | 'negotiation-failed'
  | 'unreachable'
  | 'name-taken'
  | 'invalid-name'
  | 'relay-unreachable'
  | 'relay-refused'
  | 'invalid-message'
  | 'text-too-long'
  | 'text-not-sent'
  | 'closed'

/**
 * The one error type of rxcall.
 *
 * - `code` is for programs.
 * - `message` is for logs: it says what happened and what to do. A UI has its own texts.
 * - `cause` keeps what was thrown.
 * - `detail` is a machine-readable addition, such as the relay's code.
 */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: CallErrorCode
  readonly detail: string | undefined

  constructor(code: CallErrorCode, message: string, options: { cause?: unknown; detail?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.detail = options.detail
  }

  /** Whether `thrown` is a CallError. Unlike `instanceof`, also one of another copy of rxcall on the page, or of another realm. */
  static is(thrown: unknown): thrown is CallError {
    // No JSON of a stranger passes for one: this is what only an Error of some realm is.
    if (Object.prototype.toString.call(thrown) !== '[object Error]') return false
    const { name, code } = thrown as Partial<CallError>
    return name === 'CallError' && typeof code === 'string'
  }

  /** `thrown` itself if it is a CallError already, else a CallError of `code` that keeps it as its cause. */
  static from(thrown: unknown, code: CallErrorCode, message: string): CallError {
    if (CallError.is(thrown)) return thrown
    return new CallError(code, message + reasonOf(thrown), { cause: thrown })
  }
}

/**
 * The message of what was thrown, after a colon; empty if there is none. Read by shape, because an error of an iframe
 * or a native package is not an `Error` of this realm.
 */
export function reasonOf(thrown: unknown): string {
  const message = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : ''
  return typeof message === 'string' && message !== '' ? `: ${message}` : ''
}
