import { defer, filter, mergeScan, tap, type Observable, type OperatorFunction } from 'rxjs'

/**
 * `concatMap` with a state, and with a bound: runs one task at a time, in order, each with the state that the one before
 * it emitted last, and emits every state. A task is dropped where `room` of it or more are waiting.
 *
 * Unsubscribing ends the task that runs; those that wait never begin.
 */
export function inTurn<T, S>(
  run: (state: S, task: T) => Observable<S>,
  initial: S,
  room: (task: T) => number,
): OperatorFunction<T, S> {
  return (task$) =>
    defer(() => {
      let waiting = 0
      return task$.pipe(
        filter((task) => waiting < room(task)),
        tap(() => waiting++),
        mergeScan(
          (state, task) => {
            waiting--
            return run(state, task)
          },
          initial,
          1,
        ),
      )
    })
}
