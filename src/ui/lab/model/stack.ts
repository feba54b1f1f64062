/** Something that takes room on a line, in pixels. */
export interface Extent {
  readonly x: number
  readonly width: number
}

/** Puts each item on the first line on which it overlaps no other. Returns the lines, from 0, in the order of the items. */
export function stack(items: readonly Extent[]): readonly number[] {
  const ends: number[] = []
  const lines: number[] = items.map(() => 0)
  const order = items.map((item, index) => ({ item, index })).sort((a, b) => a.item.x - b.item.x)
  for (const { item, index } of order) {
    const free = ends.findIndex((end) => end <= item.x)
    const line = free < 0 ? ends.length : free
    ends[line] = item.x + item.width
    lines[index] = line
  }
  return lines
}
