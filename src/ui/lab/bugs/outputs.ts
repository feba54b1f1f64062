import { filter, type MonoTypeOperatorFunction } from 'rxjs'
import type { MessageType } from 'rxcall'

interface Typed {
  readonly type: string
}

/** An output that sends a message of type `T`. */
type Sending<O, T extends MessageType> = Extract<O, { readonly type: 'send' }> & {
  readonly message: { readonly type: T }
}

/** Whether `output` sends a message of one of these types. */
export function isSend<O extends Typed, T extends MessageType>(
  output: O,
  ...types: readonly T[]
): output is Sending<O, T> {
  if (output.type !== 'send' || !('message' in output)) return false
  return (types as readonly string[]).includes((output.message as Typed).type)
}

/** Drops what sends a message of one of these types. */
export const withoutSending = <O extends Typed>(
  ...types: readonly MessageType[]
): MonoTypeOperatorFunction<O> => filter((output) => !isSend(output, ...types))

/** Drops the outputs of these types. */
export const withoutTypes = <O extends Typed>(...types: readonly O['type'][]): MonoTypeOperatorFunction<O> =>
  filter(({ type }) => !types.includes(type))
