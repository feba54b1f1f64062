import type { SchedulerLike, Subscription } from 'rxjs'
import { close, closedWindow, open, push, receive, retransmissions } from './sliding-window.ts'
import type { Frame, SlidingWindow } from './sliding-window.ts'

export interface RetransmissionSettings {
  /** How long to wait for an acknowledgement, in milliseconds, before sending everything unacknowledged again. */
  readonly ackMs: number
  /** The wait doubles up to this time. */
  readonly maxAckMs: number
  /** How many values may wait for their acknowledgement. */
  readonly maxUnacked: number
}

/** One end of a channel whose unacknowledged values are sent again on a timer. */
export interface RetransmittingWindow<Out, In> {
  /** The link is up; `resumes` asks the other end to continue after what has arrived here. */
  open(resumes: boolean): void
  close(): void
  push(value: Out): void
  receive(frame: Frame<In>): void
  /** Cancels the timer. */
  stop(): void
}

/**
 * Runs a {@link SlidingWindow} on a clock. Calls `turned` with the window after each input, and each time that values
 * go out again because no acknowledgement came: after `ackMs`, then after twice that time, up to `maxAckMs`. An
 * acknowledgement of the oldest value starts the wait again. At most one timer is set, and none while nothing is
 * unacknowledged or the link is down.
 */
export function retransmittingWindow<Out, In>(
  { ackMs, maxAckMs, maxUnacked }: RetransmissionSettings,
  scheduler: SchedulerLike,
  turned: (window: SlidingWindow<Out, In>) => void,
): RetransmittingWindow<Out, In> {
  let window = closedWindow<Out, In>()
  let awaited = 0
  let timer: Subscription | undefined

  const wait = (ms: number) => {
    const set = (timer = scheduler.schedule(() => {
      set.unsubscribe()
      turned({ ...window, outputs: retransmissions(window) })
      if (timer === set) wait(Math.min(ms * 2, maxAckMs))
    }, ms))
  }
  const stop = () => {
    timer?.unsubscribe()
    timer = undefined
  }
  const turn = (next: SlidingWindow<Out, In>) => {
    window = next
    const first = next.up ? (next.unacked[0]?.seq ?? 0) : 0
    if (first !== awaited) {
      awaited = first
      stop()
      if (first > 0) wait(ackMs)
    }
    turned(next)
  }
  return {
    open: (resumes) => turn(open(window, resumes)),
    close: () => turn(close(window)),
    push: (value) => turn(push(window, value, maxUnacked)),
    receive: (frame) => turn(receive(window, frame, { now: scheduler.now(), ackMs })),
    stop,
  }
}
