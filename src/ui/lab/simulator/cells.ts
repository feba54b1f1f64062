import { faultKinds } from 'rxcall/testing'

const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended'] as const

export { phases as coveredPhases }
export const coveredPairs = phases.flatMap((first) => phases.map((second) => `${first}×${second}`))
/** Every combination of a fault and the phases of two clients. Some of them never happen. */
export const cellCount = faultKinds.length * coveredPairs.length

const rows = new Map<string, number>(faultKinds.map((fault, index) => [fault, index]))
const columns = new Map(coveredPairs.map((pair, index) => [pair, index]))

/** Where a cell is in the grid; undefined for a cell that the grid does not have. */
export function placeOf(cell: string): { readonly row: number; readonly column: number } | undefined {
  const space = cell.indexOf(' ')
  const row = rows.get(cell.slice(0, space))
  const column = columns.get(cell.slice(space + 1))
  return row === undefined || column === undefined ? undefined : { row, column }
}
