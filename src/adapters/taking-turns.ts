/**
 * Returns a function that runs tasks one after the other. Each begins once the one before it has settled, and at once if
 * there is none. The function returns what the task returns.
 */
export function takingTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> | undefined
  return (task) => {
    const result = last ? last.then(task) : task()
    const settled: Promise<unknown> = result
      .catch(() => undefined)
      .then(() => {
        if (last === settled) last = undefined
      })
    last = settled
    return result
  }
}
