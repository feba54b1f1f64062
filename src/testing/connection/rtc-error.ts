/** The names of the exceptions of WebRTC's operations (Web IDL, 2.8.1). */
export type RtcErrorName =
  'InvalidStateError' | 'InvalidAccessError' | 'InvalidModificationError' | 'OperationError' | 'TypeError'

/** Why an operation of a virtual connection was refused: `name` is what a real one's exception is called. */
export class RtcError extends Error {
  override readonly name: RtcErrorName

  constructor(name: RtcErrorName, message: string) {
    super(message)
    this.name = name
  }
}
