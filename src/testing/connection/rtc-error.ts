/** The names of the exceptions of WebRTC's operations (Web IDL, 2.8.1). */
export type RtcErrorName =
  'InvalidStateError' | 'InvalidAccessError' | 'InvalidModificationError' | 'OperationError' | 'TypeError'

/** Why an operation of a virtual connection was refused: `name` is that of a real connection's exception. */
export class RtcError extends Error {
  override readonly name: RtcErrorName

  constructor(name: RtcErrorName, message: string) {
    super(message)
    this.name = name
  }
}
