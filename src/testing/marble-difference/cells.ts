import type { Letters } from './letters.ts'
import type { Notified } from './notified.ts'

/** How many notifications of one millisecond are drawn. */
const MOST = 20

/** The part of a lane for one millisecond. */
export interface Group {
  readonly shown: readonly Notified[]
  /** Whether more notifications came before or after the drawn ones. */
  readonly more: { readonly before: boolean; readonly after: boolean }
}

/** The notifications of each frame; of long groups, only those around `place` in the frame `at`. */
export function groupsOf(
  notified: readonly Notified[],
  frames: readonly number[],
  difference: { readonly at: number; readonly place: number },
): Group[] {
  const byFrame = new Map<number, Notified[]>(frames.map((frame) => [frame, []]))
  for (const each of notified) byFrame.get(each.frame)?.push(each)
  return frames.map((frame) => {
    const group = byFrame.get(frame) ?? []
    const from = Math.max(0, frame === difference.at ? difference.place - MOST / 2 : 0)
    const shown = group.slice(from, from + MOST)
    return { shown, more: { before: from > 0, after: from + MOST < group.length } }
  })
}

/** The symbols of the expected notifications. */
export function expectedCells(groups: readonly Group[], letters: Letters): string[] {
  return groups.map((group) => cellOf(group, (each) => symbolOf(each, letters)))
}

/**
 * The symbols of the actual notifications. Only a notification that is as expected has the symbol of the expected one.
 */
export function actualCells(
  groups: readonly Group[],
  expected: readonly Group[],
  letters: Letters,
  isSame: (actual: Notified, expected: Notified) => boolean,
): string[] {
  return groups.map((group, column) =>
    cellOf(group, (each, index) => {
      const counterpart = expected[column]?.shown[index]
      if (!counterpart) return symbolOf(each, letters)
      if (isSame(each, counterpart)) return symbolOf(counterpart, letters)
      return symbolOf(each, letters, symbolOf(counterpart, letters))
    }),
  )
}

function cellOf({ shown, more }: Group, toSymbol: (each: Notified, index: number) => string): string {
  const symbols = shown.map(toSymbol).join('')
  if (shown.length <= 1 && !more.before && !more.after) return symbols
  return `(${more.before ? '…' : ''}${symbols}${more.after ? '…' : ''})`
}

function symbolOf({ notification }: Notified, letters: Letters, except?: string): string {
  if (notification.kind === 'N') return letters.of(notification.value, except)
  return notification.kind === 'C' ? '|' : '#'
}
