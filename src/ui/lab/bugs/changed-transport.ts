import { delay, mergeMap, of, type Observable } from 'rxjs'
import type { MessageType, OutgoingMessage, Stages } from 'rxcall'
import { transport } from 'rxcall/stages'

/** The core's transport, over a port that is handed what `change` makes of its messages. */
export function sendingThrough(
  change: (message$: Observable<OutgoingMessage>) => Observable<OutgoingMessage>,
): Stages['transport'] {
  return (sources, port, env) =>
    transport(sources, { connect: (message$) => port.connect(change(message$)) }, env)
}

const LATE_MS = 200

/** The core's transport, which is given messages of this type late. */
export function sendingLate(type: MessageType): Stages['transport'] {
  return (sources, port, env) => {
    const send$ = sources.send$.pipe(
      mergeMap((message) =>
        message.type === type ? of(message).pipe(delay(LATE_MS, env.scheduler)) : of(message),
      ),
    )
    return transport({ ...sources, send$ }, port, env)
  }
}
