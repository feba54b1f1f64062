import { Observable, of, switchMap, throwError, timer } from 'rxjs'
import type { CallError } from '../core/errors.ts'
import type { Env, MediaPort, MediaRequest } from '../core/ports/index.ts'
import { fakeStream } from './fake-stream.ts'

export interface FakeMediaOptions {
  /** Milliseconds from asking to the user's answer to the permission prompt. Default: 0, in the same instant. */
  readonly delayMs?: number
  /** Refuses: errors with what this returns, after the delay. */
  readonly refuse?: () => CallError | undefined
}

/** A {@link MediaPort} without devices, which knows what it has given out. */
export interface FakeMedia extends MediaPort {
  /** Every stream ever captured, in order. */
  readonly captured: readonly MediaStream[]
  /** How many local tracks are live: 0 once every call has ended. */
  readonly liveTracks: () => number
}

/** Camera and microphone in virtual time: each capture is a new stream, whose tracks stop when it is unsubscribed. */
export function fakeMedia(name: string, env: Env, { delayMs = 0, refuse }: FakeMediaOptions = {}): FakeMedia {
  const captured: MediaStream[] = []
  const open = (request: MediaRequest) => {
    const kinds = (['audio', 'video'] as const).filter((kind) => request[kind])
    const stream = fakeStream(`${name}-${captured.length + 1}`, kinds)
    captured.push(stream)
    return stream
  }
  const held = (request: MediaRequest) =>
    new Observable<MediaStream>((subscriber) => {
      const stream = open(request)
      subscriber.add(() => stream.getTracks().forEach((track) => track.stop()))
      subscriber.next(stream)
    })
  const answer = (request: MediaRequest): Observable<MediaStream> => {
    const error = refuse?.()
    return error ? throwError(() => error) : held(request)
  }
  const asked$ = delayMs === 0 ? of(0) : timer(delayMs, env.scheduler)
  return {
    capture: (request) => asked$.pipe(switchMap(() => answer(request))),
    captured,
    liveTracks: () =>
      captured.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length,
  }
}
