import { defer, filter, mergeScan, tap, type Observable, type OperatorFunction } from 'rxjs'

/**
 * `concatMap` with a state and a bound. Runs one task at a time, in order, and emits every state. Each task starts from
 * the state that the one before it emitted last. A task is dropped if `room` of them are waiting.
 *
 * Unsubscribing ends the running task. Waiting ones never begin.
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
