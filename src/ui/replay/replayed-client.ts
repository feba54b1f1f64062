import { BehaviorSubject, distinctUntilChanged, filter, map, NEVER } from 'rxjs'
import type { Observable } from 'rxjs'
import { createCallClient, type CallClient, type CallStep } from 'rxcall'
import type { ReplayedStep } from 'rxcall/testing'

/** A client that shows a recorded call, and the time of the recording that it shows. */
export interface ReplayedClient {
  readonly create: () => CallClient
  /** Milliseconds after the recording began. */
  readonly at$: BehaviorSubject<number>
}

/**
 * A client whose state is that of the recorded steps at the time `at$`. Its actions do nothing. `show` replaces a
 * stream of the recording by one that a page can play.
 */
export function replayedClient(
  steps: readonly ReplayedStep[],
  show: (stream: MediaStream | null) => MediaStream | null,
): ReplayedClient {
  const at$ = new BehaviorSubject(0)
  const [first] = steps
  const step$: Observable<CallStep> = at$.pipe(
    map((at) => steps.findLast((step) => step.at <= at) ?? first),
    distinctUntilChanged(),
    filter((step) => step !== undefined),
    map((step) => ({
      ...step,
      state: {
        ...step.state,
        localStream: show(step.state.localStream),
        remoteStream: show(step.state.remoteStream),
      },
    })),
  )
  const create = () =>
    createCallClient({
      // A replay reads its recording, and opens nothing.
      signaling: { connect: () => NEVER },
      peer: { open: () => NEVER },
      media: { capture: () => NEVER, stream: () => new MediaStream(), devices$: NEVER },
      pipeline: () => step$,
    })
  return { create, at$ }
}
