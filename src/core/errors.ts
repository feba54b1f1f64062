import { errorKinds, type CallErrorCode, type CallErrorKind } from './error-codes.ts'

export type { CallErrorCode, CallErrorKind } from './error-codes.ts'

/** A step of negotiation, by its name in WebRTC. `rollBack` is `setLocalDescription` with `type: 'rollback'`. */
export type NegotiationOperation =
  'createOffer' | 'createAnswer' | 'setLocalDescription' | 'setRemoteDescription' | 'rollBack'

/** Facts about an error, for programs. Each is set only if it applies. */
export interface CallErrorDetail {
  /**
   * Why the relay refused: the code of a `HandshakeRefusal`, a `Closing` or a `Receipt`. A newer relay may have codes that
   * are unknown here.
   */
  readonly relayCode?: string
  /** The source of the token failed, so the relay was not even asked. */
  readonly tokenSource?: true
  /** The name of the exception that `getUserMedia` or `getDisplayMedia` threw, such as `NotAllowedError`. */
  readonly exception?: string
  /** simple-peer's `code`, or the `errorDetail` of an `RTCError` (W3C WebRTC, 11.2). */
  readonly peerCode?: string
  /** The negotiation step that failed. */
  readonly operation?: NegotiationOperation
  /** The text that the error is about, by the id that `send` returned. */
  readonly textId?: string
}

export interface CallErrorOptions {
  readonly cause?: unknown
  readonly detail?: CallErrorDetail | undefined
  readonly callId?: string | undefined
  readonly count?: number | undefined
}

/**
 * The one error type of rxcall.
 *
 * - `code` is for programs; {@link CallErrorKind} groups the codes.
 * - `message` is for logs: it says what happened and what to do. A UI should show its own texts.
 * - `cause` keeps what was thrown.
 *
 * @example
 * client.error$.subscribe((error) => {
 *   if (error.kind === 'media') showDeviceHelp(error.code)
 * })
 */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: CallErrorCode
  readonly kind: CallErrorKind
  readonly detail: CallErrorDetail
  /** The call that the error is about, if it is about one. */
  readonly callId: string | undefined
  /** How many errors of this code it stands for. More than 1 only in `error$`, which emits a code at most once a second. */
  readonly count: number

  constructor(
    code: CallErrorCode,
    message: string,
    { detail = {}, callId, count = 1, ...options }: CallErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.kind = errorKinds[code]
    this.detail = detail
    this.callId = callId
    this.count = count
  }

  /** Copies this error, with another call or count. The copy keeps the original stack. */
  with({ callId = this.callId, count = this.count }: Pick<CallErrorOptions, 'callId' | 'count'>): CallError {
    const { code, message, detail, stack } = this
    const copy = new CallError(code, message, {
      detail,
      callId,
      count,
      ...('cause' in this && { cause: this.cause }),
    })
    return Object.defineProperty(copy, 'stack', { value: stack, configurable: true, writable: true })
  }

  /**
   * Whether `thrown` is a CallError. Unlike `instanceof`, accepts one from another copy of rxcall on the page, or
   * from another realm.
   */
  static is(thrown: unknown): thrown is CallError {
    // JSON from a stranger cannot pass for one: only an Error, of any realm, has this tag.
    if (Object.prototype.toString.call(thrown) !== '[object Error]') return false
    const { name, code } = thrown as Partial<CallError>
    return name === 'CallError' && typeof code === 'string'
  }

  /** Returns `thrown` if it already is a CallError, otherwise a CallError of `code` with `thrown` as its cause. */
  static from(thrown: unknown, code: CallErrorCode, message: string): CallError {
    if (CallError.is(thrown)) return thrown
    return new CallError(code, message + reasonOf(thrown), { cause: thrown })
  }
}

/**
 * Returns the message of what was thrown, after a colon; empty if there is none. Checks the shape, because an error
 * from an iframe or a native package is not an `Error` of this realm.
 */
export function reasonOf(thrown: unknown): string {
  const message = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : ''
  return typeof message === 'string' && message !== '' ? `: ${message}` : ''
}
