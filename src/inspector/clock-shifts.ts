/** A message on its way between two clocks. Times in milliseconds, each on its side's clock. */
export interface Transit {
  readonly fromSide: number
  readonly toSide: number
  readonly sentAt: number
  readonly arrivedAt: number
}

/**
 * Returns how far to shift each side, in milliseconds, so that no message arrives before it was sent. Shifts a side
 * later by the least that helps, and only if its clock is wrong. Two clocks that drift apart may contradict each other;
 * then some messages still arrive too early.
 */
export function clockShifts(starts: readonly number[], transits: readonly Transit[]): readonly number[] {
  const shifts = starts.map(() => 0)
  const shiftOf = (side: number) => (shifts[side] ?? 0) + (starts[side] ?? 0)
  // Shifting one side may require shifting another. Without a contradiction, each side moves less often than there are
  // sides.
  for (let round = 0; round < starts.length; round++) {
    let isRight = true
    for (const { fromSide, toSide, sentAt, arrivedAt } of transits) {
      const early = sentAt + shiftOf(fromSide) - (arrivedAt + shiftOf(toSide))
      if (early <= 0) continue
      shifts[toSide] = (shifts[toSide] ?? 0) + early
      isRight = false
    }
    if (isRight) break
  }
  return shifts
}
