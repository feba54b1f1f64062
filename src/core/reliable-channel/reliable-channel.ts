import { Observable } from 'rxjs'
import type { Env } from '../ports/env.ts'
import { retransmittingWindow, type RetransmissionSettings } from './retransmission.ts'
import type { Frame, WindowOutput } from './sliding-window.ts'

export type { WindowOutput, Frame } from './sliding-window.ts'
export type ReliableChannelSettings = RetransmissionSettings

export interface ReliableChannelSources<Out, In> {
  /** What this end sends, each value once. */
  readonly send$: Observable<Out>
  /** Frames from the other end: some lost, late, repeated or out of order. */
  readonly frame$: Observable<Frame<In>>
  /**
   * Whether the link is up. `resumes` asks the other end to continue after what has arrived here. The link is down at
   * first.
   */
  readonly link$: Observable<{ readonly open: boolean; readonly resumes?: boolean }>
}

/** The result of an input, or of a missing acknowledgement. */
export interface ReliableChannelTurn<Out, In> {
  readonly outputs: readonly WindowOutput<Out, In>[]
  /** How many values this end has sent. */
  readonly sent: number
  /** The unacknowledged ones of them, in order. */
  readonly unacked: readonly Out[]
}

/**
 * Delivers each value exactly once and in order over a link that drops, duplicates and reorders. The link may be down
 * at times. Numbers what `send$` emits, and sends it again until it is acknowledged. Buffers are bounded on both sides,
 * and so is what the other end can ask for: a `resume` that acknowledges nothing is answered once within `ackMs`.
 *
 * Completes when all of its sources have. Unsubscribing cancels its timer and drops what is not acknowledged.
 *
 * @example
 * reliableChannel<string, string>({ send$: of('hello'), frame$, link$: of({ open: true }) }, settings, env)
 *   .pipe(mergeMap(({ outputs }) => outputs))
 *   .subscribe((output) => (output.type === 'deliver' ? read(output.value) : transmit(output)))
 */
export function reliableChannel<Out, In>(
  { send$, frame$, link$ }: ReliableChannelSources<Out, In>,
  settings: ReliableChannelSettings,
  { scheduler }: Pick<Env, 'scheduler'>,
): Observable<ReliableChannelTurn<Out, In>> {
  return new Observable((subscriber) => {
    const channel = retransmittingWindow<Out, In>(settings, scheduler, ({ outputs, sent, unacked }) =>
      subscriber.next({ outputs, sent, unacked: unacked.map(({ value }) => value) }),
    )
    subscriber.add(() => channel.stop())
    let sources = 3
    const listen = <T>(source$: Observable<T>, next: (value: T) => void) =>
      subscriber.add(
        source$.subscribe({
          next,
          error: (thrown: unknown) => subscriber.error(thrown),
          complete: () => {
            if (--sources === 0) subscriber.complete()
          },
        }),
      )
    listen(link$, ({ open, resumes = false }) => (open ? channel.open(resumes) : channel.close()))
    listen(frame$, (frame) => channel.receive(frame))
    listen(send$, (value) => channel.push(value))
  })
}
