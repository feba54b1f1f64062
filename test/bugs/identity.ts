import { concatMap, EMPTY, filter, merge } from 'rxjs'
import { isOpen, type CallEvent, type IncomingMessage, type Stages } from '../../src/core/index.ts'
import { incomingInvites } from '../../src/core/stages/index.ts'
import { withLatest } from '../../src/core/rx/behavior.ts'
import { ofType } from '../../src/core/rx/operators.ts'
import type { Bug } from './bug.ts'

/** Which call is which. */
export const identityBugs: readonly Bug[] = [
  {
    name: 'renames-calls',
    why: 'the two sides of a call know it by different ids',
    breaks: 'agreement',
    stages: { incomingInvites: renaming(), strayMessages: () => EMPTY },
  },
]

/**
 * Repeats each invite, and each message of the open call, under the id that the call has here. Only these copies count.
 * Both sides make them, so they still understand each other.
 */
function renaming(): Stages['incomingInvites'] {
  return (sources, port, env) => {
    const copies = new WeakSet<IncomingMessage>()
    const copy$ = sources.event$.pipe(
      ofType('received'),
      filter(({ message }) => !copies.has(message)),
      withLatest(sources.client$),
      concatMap(([{ message }, { call }]): CallEvent[] => {
        const copy = renamed(message)
        if (message.type !== 'invite' && !(isOpen(call) && call.callId === copy.callId)) return []
        copies.add(copy)
        return [{ type: 'received', message: copy }]
      }),
    )
    const event$ = sources.event$.pipe(
      filter(
        (event) => event.type !== 'received' || event.message.type !== 'invite' || copies.has(event.message),
      ),
    )
    return merge(copy$, incomingInvites({ ...sources, event$ }, port, env))
  }
}

/** Without its number, because it comes through no channel. Renamed twice, it has its own id again. */
function renamed({ seq: _, ...message }: IncomingMessage): IncomingMessage {
  const { callId } = message
  const last = Number.parseInt(callId.slice(-1), 16) ^ 8
  return { ...message, callId: callId.slice(0, -1) + last.toString(16) }
}
