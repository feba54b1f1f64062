import type { CallEvent } from '../core/index.ts'

/**
 * Says what an event is about, in a word: the type of the action, of the message, or of the peer's event. `undefined`
 * for an event whose type says all.
 */
export function subjectOf(event: CallEvent): string | undefined {
  switch (event.type) {
    case 'action':
      return event.action.type
    case 'connection':
      return event.connection.status
    case 'received':
    case 'send':
    case 'refused':
      return event.message.type
    case 'peer':
      return event.event.type
    case 'command':
      return event.command.type
    default:
      return undefined
  }
}
