import type { CallLog, LogItem } from './log-item.ts'

/** The log of one call, within a bound. */
export interface KeptLog {
  /** Adds an item. Returns false if others had to go, so that the log has to be read again. */
  add(item: LogItem): boolean
  /** What is kept now. */
  read(): CallLog
  /** The size of what is kept: characters of JSON. */
  readonly size: () => number
}

/** How much of the bound is left after items were dropped. So each further item need not drop another one. */
const SHARE_LEFT = 0.75

/**
 * Keeps the items of a log up to `maxSize` characters of JSON. Past that, the figures of peer connections go first,
 * then the chat, then the oldest items. The header stays.
 */
export function keptLog(startedAt: number, maxSize: number): KeptLog {
  let items: { readonly item: LogItem; readonly size: number }[] = []
  let size = 0
  let isIncomplete = false

  const drop = (expendable: (item: LogItem) => boolean) => {
    items = items.filter((each, index) => {
      const goes = index > 0 && size > maxSize * SHARE_LEFT && expendable(each.item)
      if (goes) size -= each.size
      return !goes
    })
  }
  return {
    add(item) {
      const itemSize = JSON.stringify(item).length
      items.push({ item, size: itemSize })
      size += itemSize
      if (size <= maxSize) return true
      isIncomplete = true
      for (const expendable of [isFigure, isChat, () => true]) drop(expendable)
      return false
    },
    read: () => ({ startedAt, items: items.map(({ item }) => item), isIncomplete }),
    size: () => size,
  }
}

/** Actions, commands and events of the peer about figures of the connection. */
const figureSubjects: readonly (string | undefined)[] = ['measure', 'received', 'get-stats', 'stats']

function isFigure(item: LogItem): boolean {
  if (item.type === 'step')
    return item.event.type !== 'received' && figureSubjects.includes(item.event.subject)
  const { entry } = item
  return figureSubjects.includes(
    entry.type === 'action'
      ? entry.action.type
      : entry.type === 'peer-command'
        ? entry.command.type
        : entry.type === 'peer-event'
          ? entry.event.type
          : undefined,
  )
}

/** Actions, commands and events of the peer that carry a text. */
const chatSubjects: readonly (string | undefined)[] = ['send', 'data']

function isChat(item: LogItem): boolean {
  if (item.type === 'step') return item.event.type === 'text' || chatSubjects.includes(item.event.subject)
  const { entry } = item
  switch (entry.type) {
    case 'text':
      return true
    case 'action':
      return entry.action.type === 'send'
    case 'peer-command':
      return entry.command.type === 'send'
    case 'peer-event':
      return entry.event.type === 'data'
    default:
      return false
  }
}
