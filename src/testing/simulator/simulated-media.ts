import { EMPTY, Observable, subscribeOn } from 'rxjs'
import { CallError, type Env, type MediaPort, type TrackKind } from '../../core/index.ts'
import { fakeMedia, type FakeMedia } from '../fake-media.ts'
import { fakeStreamOf, type FakeTrack } from '../fake-stream.ts'
import type { Capture } from './scenario.ts'
import type { TaskQueue } from './task-queue.ts'

/** The devices of a simulated client. */
export interface SimulatedMedia {
  readonly port: MediaPort
  readonly liveTracks: () => number
  /** The number of captures that are open or about to be. */
  readonly captures: () => number
  /** Unplugs every open device of the kind, and stops sharing the screen. */
  readonly unplug: (kind: TrackKind) => void
  /** Mutes or unmutes every open device of the kind, as the system does. */
  readonly interrupt: (kind: TrackKind, muted: boolean) => void
}

/** Opens devices as `plan` specifies. Its n-th entry is for the n-th capture, and the entries repeat. */
export function simulatedMedia(
  name: string,
  plan: readonly Capture[],
  env: Env,
  tasks: TaskQueue,
): SimulatedMedia {
  let cameras = 0
  let captures = 0
  /** The cameras that are open or, if one leaks, have a live track. */
  const open = new Set<FakeMedia>()
  const port: MediaPort = {
    stream: (tracks) => fakeStreamOf(`${name}-made`, tracks as readonly unknown[] as FakeTrack[]),
    devices$: EMPTY,
    capture: (request) => {
      const { afterMs, refusal, refused }: Capture = plan[cameras % plan.length] ?? {
        afterMs: 0,
        refusal: undefined,
      }
      const isRefused = refused === undefined || request[refused] !== false
      const refuse = () =>
        refusal && isRefused ? new CallError(refusal, 'refused by the scenario') : undefined
      const camera = fakeMedia(`${name}-${cameras++}`, env, { delayMs: afterMs, refuse })
      return new Observable((subscriber) => {
        captures++
        open.add(camera)
        // As in a browser, no camera opens synchronously.
        const captured$ = camera.capture(request).pipe(subscribeOn(env.scheduler))
        // Through an observer, so that this teardown runs before the next one, which counts live tracks.
        subscriber.add(
          captured$.subscribe({
            next: (stream) => subscriber.next(stream),
            error: (thrown: unknown) => subscriber.error(thrown),
          }),
        )
        subscriber.add(() => {
          captures--
          if (camera.liveTracks() === 0) open.delete(camera)
        })
      })
    },
  }
  return {
    port,
    liveTracks: () => {
      let count = 0
      for (const camera of open) count += camera.liveTracks()
      return count
    },
    captures: () => captures,
    unplug: (kind) => tasks.run(() => open.forEach((camera) => camera.end(kind))),
    interrupt: (kind, muted) => tasks.run(() => open.forEach((camera) => camera.interrupt(kind, muted))),
  }
}
