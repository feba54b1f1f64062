import type { TextMessage } from '../../events.ts'

/** The texts of one call, the oldest first. */
export type MessageLog = readonly TextMessage[]

/** How many texts are kept. The oldest are dropped, because the other side could send endlessly. */
export const MAX_MESSAGES = 500

export const noMessages: MessageLog = []

/**
 * Adds a text. If it is one of ours that is now delivered, it replaces its earlier entry. If that entry has been
 * dropped meanwhile, it does not come back.
 */
export const putMessage = (log: MessageLog, message: TextMessage): MessageLog =>
  message.from === 'local' && message.delivery === 'delivered'
    ? log.map((known) => (known.id === message.id ? message : known))
    : [...log, message].slice(-MAX_MESSAGES)

/** Marks the texts that the other side never acknowledged as failed: the call is over. */
export const markFailed = (log: MessageLog): MessageLog =>
  log.some(isSending)
    ? log.map((message) => (isSending(message) ? { ...message, delivery: 'failed' } : message))
    : log

const isSending = ({ delivery }: TextMessage): boolean => delivery === 'sending'
