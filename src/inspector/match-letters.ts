import type { Letter, SideMarbles } from './side-marbles.ts'

/** A message that one side sent and another received. */
export interface Delivery {
  /** The indexes of both sides. */
  readonly fromSide: number
  readonly toSide: number
  /** The ids of its marbles, each at its side. */
  readonly sent: number
  readonly received: number
  /** Whether it was sent only once, so that this pair is certain. */
  readonly isCertain: boolean
}

/**
 * Pairs each received message with the one that was sent. A message that was sent once may have arrived several times,
 * or at several parties. If it was sent again, the arrivals are paired with the sends in order. All later arrivals
 * belong to the last send.
 */
export function matchLetters(sides: readonly Pick<SideMarbles, 'sent' | 'received'>[]): readonly Delivery[] {
  const sent = new Map<string, { readonly side: number; readonly letters: Letter[] }>()
  sides.forEach((each, side) => {
    for (const letter of each.sent) {
      const known = sent.get(letter.key)
      if (known === undefined) sent.set(letter.key, { side, letters: [letter] })
      else if (known.side === side) known.letters.push(letter)
    }
  })
  return sides.flatMap((each, toSide) => {
    const arrivals = new Map<string, number>()
    return each.received.flatMap(({ key, marble: received }): Delivery[] => {
      const match = sent.get(key)
      if (match === undefined || match.side === toSide) return []
      const nth = arrivals.get(key) ?? 0
      arrivals.set(key, nth + 1)
      const letter = match.letters[Math.min(nth, match.letters.length - 1)]
      if (letter === undefined) return []
      const isCertain = match.letters.length === 1
      return [{ fromSide: match.side, toSide, sent: letter.marble, received, isCertain }]
    })
  })
}
