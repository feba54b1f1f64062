import { pauseBefore, type Diagram } from './marble-lanes.ts'

/** A diagram as text, with a legend below it. At most `width` columns wide if that is possible. */
export function draw(diagram: Diagram, width: number, mark?: number): string {
  const { columns, lanes } = diagram
  const names = Math.max(...lanes.map(({ name }) => name.length), 0) + 3
  const row = (name: string, text: string) => (name.padEnd(names) + text).trimEnd()
  const blocks = wrap(columns, width - names).map(([from, to]) => {
    const line = (cell: (column: number) => string) =>
      columns
        .slice(from, to)
        .map((_, offset) => pauseBefore(from + offset, columns) + cell(from + offset))
        .join('')
    const begin = from === 0 ? 0 : (columns[from - 1] ?? 0) + 1
    return [
      row('', `from ${begin} ms`),
      ...lanes.map(({ name, cells }) =>
        row(
          name,
          line((column) => cells[column] ?? '-'),
        ),
      ),
      ...(mark !== undefined && from <= mark && mark < to ? [row('', underline(line, mark))] : []),
    ].join('\n')
  })
  const legend = lanes.flatMap(({ name, values }) =>
    wrapWords(
      Object.entries(values).map(([symbol, label]) => `${symbol} ${label}`),
      width - names,
    ).map((text, index) => row(index === 0 ? name : '', text)),
  )
  return [...blocks, legend.join('\n')].join('\n\n')
}

/** Ranges of columns that fit on a line each. */
function wrap(columns: readonly number[], width: number): (readonly [from: number, to: number])[] {
  const ranges: [number, number][] = []
  let used = 0
  columns.forEach((_, column) => {
    const needed = pauseBefore(column, columns).length + 1
    const last = ranges.at(-1)
    if (last && used + needed <= width) {
      last[1] = column + 1
      used += needed
      return
    }
    ranges.push([column, column + 1])
    used = needed
  })
  return ranges
}

function wrapWords(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''} · ${word}`
    if (lines.length > 0 && longer.length <= width) lines.splice(-1, 1, longer)
    else lines.push(word)
  }
  return lines
}

function underline(line: (cell: (column: number) => string) => string, mark: number): string {
  const before = line((column) => (column < mark ? '-' : column === mark ? '^' : ' '))
  return `${' '.repeat(before.indexOf('^'))}^ here`
}
