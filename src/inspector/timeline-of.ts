import type { CallLog } from '../inspect/index.ts'
import { uniqueNames } from '../testing/marble-diagram/to-marbles.ts'
import { joinSides } from './join-sides.ts'
import { sideMarbles } from './side-marbles.ts'
import type { Timeline } from './timeline.ts'

/**
 * Returns a timeline of logs, to be drawn: one side for each log, on a common clock. `names` are the names of the
 * sides. By default, a side has the name under which its client was online.
 *
 * The logs are lined up by `startedAt`. If a message would then arrive before it was sent, its receiver's side begins
 * later, by the least that helps. Every message that another side received becomes an arrow, and the cause of its
 * arrival.
 *
 * @example
 * const { marbles, arrows } = timelineOf([aliceLog, bobLog])
 */
export function timelineOf(logs: readonly CallLog[], names: readonly (string | undefined)[] = []): Timeline {
  const sides = logs.map(({ startedAt, items }, index) => {
    const side = sideMarbles()
    for (const item of items) side.add(item)
    return { ...side, name: names[index] ?? side.name, startedAt }
  })
  return joinSides(sides, sideNames(sides))
}

/** The name of each side, none of them twice. */
export function sideNames(sides: readonly { readonly name: string | undefined }[]): readonly string[] {
  return uniqueNames(sides.map(({ name = 'client' }) => name))
}
