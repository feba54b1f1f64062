import { animationFrames, map, pairwise, type Observable } from 'rxjs'

/** Emits before each frame how many milliseconds have passed since the one before it. */
export const frameTimes = (): Observable<number> =>
  animationFrames().pipe(
    pairwise(),
    map(([before, now]) => now.elapsed - before.elapsed),
  )
