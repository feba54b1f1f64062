/** A value that can be changed, and all that it was before and after. */
export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** What the last change was. Further changes of the same kind replace it. */
  readonly kind?: string | undefined
}

/** As many changes as can be undone. */
const LIMIT = 200

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] })

/**
 * Makes `next` the present. If `kind` is that of the last change, both are undone together. So ten presses of an arrow
 * key are one change.
 */
export function change<T>(history: History<T>, next: T, kind?: string): History<T> {
  if (next === history.present) return history
  const continues = kind !== undefined && kind === history.kind
  const past = continues ? history.past : [...history.past, history.present].slice(-LIMIT)
  return { past, present: next, future: [], kind }
}

/** The history one change earlier; the same one if there is none. */
export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return {
    past: history.past.slice(0, -1),
    present: before,
    future: [history.present, ...history.future],
  }
}

/** The history one change later; the same one if nothing was undone. */
export function redo<T>(history: History<T>): History<T> {
  const [after, ...future] = history.future
  if (after === undefined) return history
  return { past: [...history.past, history.present], present: after, future }
}
