import type { Observable, Subscription } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { CaptureRequest, MediaDevice, MediaPort } from '../../core/ports/index.ts'
import { ConformanceError, eventually, insist } from '../conformance/waiting.ts'

/** A subscription to a stream of a media port, and what it has emitted. */
export interface Watched<T> {
  readonly values: readonly T[]
  /** Resolves with the n-th value, counted from 1. Rejects if the stream ends first. */
  nth(number: number): Promise<T>
  /** Resolves with the error of the stream. */
  failure(): Promise<unknown>
  /** Rejects if the stream has ended. */
  insistOpen(): void
  stop(): void
}

/** The tools of a rule of a media port. */
export interface MediaTools {
  readonly capture: (request: CaptureRequest) => Watched<MediaStream>
  readonly devices: () => Watched<readonly MediaDevice[]>
}

/** Runs `check` with the tools for `port`. Afterwards every subscription is unsubscribed. */
export async function watching(
  port: MediaPort,
  withinMs: number,
  check: (tools: MediaTools) => Promise<void>,
): Promise<void> {
  const running: Watched<unknown>[] = []
  const open = <T>(what: string, source$: Observable<T>) => {
    const watched = watch(what, source$, withinMs)
    running.push(watched)
    return watched
  }
  try {
    await check({
      capture: (request) => open(`the capture of ${nameOf(request)}`, port.capture(request)),
      devices: () => open('devices$', port.devices$),
    })
  } finally {
    for (const each of running) each.stop()
  }
}

function watch<T>(what: string, source$: Observable<T>, withinMs: number): Watched<T> {
  const values: T[] = []
  let end: { readonly thrown?: unknown } | undefined
  const subscription: Subscription = source$.subscribe({
    next: (value) => values.push(value),
    error: (thrown: unknown) => (end = { thrown }),
    complete: () => (end = {}),
  })
  const insistOpen = () => {
    if (end) throw new ConformanceError(`${what} ${howItEnded(end)}`)
  }
  return {
    values,
    insistOpen,
    async nth(number) {
      await eventually(
        () => {
          if (values.length >= number) return null
          insistOpen()
          return `${what} has emitted ${values.length} times, and not ${number}`
        },
        { withinMs, everyMs: 5 },
      )
      return values[number - 1] as T
    },
    async failure() {
      await eventually(() => (end ? null : `${what} does not fail`), { withinMs, everyMs: 5 })
      insist(end !== undefined && 'thrown' in end, `${what} completes, and does not fail`)
      return end.thrown
    },
    stop: () => subscription.unsubscribe(),
  }
}

const howItEnded = (end: { readonly thrown?: unknown }) =>
  'thrown' in end ? `failed with ${describeThrown(end.thrown)}` : 'completed, and should not'

export const describeThrown = (thrown: unknown): string =>
  CallError.is(thrown) ? `${thrown.code}: ${thrown.message}` : String(thrown)

function nameOf({ audio, video }: CaptureRequest): string {
  if (video === 'screen') return 'a screen'
  return [...(audio ? ['audio'] : []), ...(video ? ['video'] : [])].join(' and ')
}
