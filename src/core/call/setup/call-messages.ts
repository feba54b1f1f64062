import { concatMap, share, type Observable } from 'rxjs'
import type { CallEvent } from '../../events.ts'
import { withLatest } from '../../rx/behavior.ts'
import { shareByType } from '../../rx/event-bus.ts'
import { ofType } from '../../rx/operators.ts'
import type { CallMessage } from '../outputs.ts'
import { isOpen, type CallInfo, type CallState } from '../state.ts'

export interface CallMessages {
  /** From the devices of the other side that have the call, or may still get it. */
  readonly message$: Observable<CallMessage>
  /** From the other devices of the callee, once one has answered. */
  readonly otherParty$: Observable<CallMessage>
}

/** Splits received messages by whether their sender has the open call. Drops messages of other calls. */
export function callMessages(event$: Observable<CallEvent>, state$: Observable<CallState>): CallMessages {
  const received$ = event$.pipe(
    ofType('received'),
    withLatest(state$),
    concatMap(([{ message }, state]) => (isOpen(state) ? [{ message, state }] : [])),
    share(),
  )
  return {
    message$: shareByType(
      received$.pipe(concatMap(({ message, state }) => (concerns(message, state) ? [message] : []))),
    ),
    otherParty$: received$.pipe(
      concatMap(({ message, state }) => (isOfOtherParty(message, state) ? [message] : [])),
    ),
  }
}

/** Whether a message is of this call and from its other side: from any party of that user until one has answered, then from that one. */
export function concerns(message: CallMessage, call: CallInfo): boolean {
  const { party } = call.remote
  return isOfUser(message, call) && (party === undefined || message.from.party === party)
}

/** Whether a message of this call comes from a party of the callee that does not have the call. */
export function isOfOtherParty(message: CallMessage, call: CallInfo): boolean {
  const { party } = call.remote
  return (
    call.role === 'caller' && isOfUser(message, call) && party !== undefined && message.from.party !== party
  )
}

function isOfUser({ callId, from }: CallMessage, call: CallInfo): boolean {
  return callId === call.callId && from.user === call.remote.user
}
