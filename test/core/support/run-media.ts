import { EMPTY, filter, map, NEVER, share, type Observable } from 'rxjs'
import { localMedia } from '../../../src/core/call/media/local-media.ts'
import type { CallAction, CallEvent, CaptureRequest, MediaRequest } from '../../../src/core/index.ts'
import { loop } from '../../../src/core/rx/loop.ts'
import { streamOf } from './media.ts'
import { callId } from './parties.ts'

/** What each capture does, by what is asked for: those of one request in the order in which it is asked for. */
export type Captures = Readonly<Record<string, Observable<MediaStream> | readonly Observable<MediaStream>[]>>

/** `audio+video`, `video`, `screen`, `video:front` … */
export function requestInWords({ audio, video }: CaptureRequest | MediaRequest): string {
  const word = (kind: string, source: typeof video) => {
    if (source === 'screen') return [source]
    return source === false ? [] : [typeof source === 'object' ? `${kind}:${source.deviceId}` : kind]
  }
  return [...word('audio', audio), ...word('video', video)].join('+')
}

interface MediaRun {
  /** What the call begins with. */
  readonly begin$: Observable<MediaRequest>
  /** Whether the call needs all of it: a caller's does, which is the default, until it is answered. */
  readonly required?: boolean
  readonly answered$?: Observable<unknown>
  readonly action$: Observable<CallAction>
}

/** Runs the media stage of a call in a loop of its own, with devices that do as the test has it. */
export function runMedia(
  { begin$, required = true, answered$ = NEVER, action$ }: MediaRun,
  captures: Captures,
) {
  const asked: string[] = []
  const port = {
    capture(request: CaptureRequest) {
      const name = requestInWords(request)
      const times = asked.filter((each) => each === name).length
      asked.push(name)
      const given = captures[name]
      const capture$ = Array.isArray(given) ? (given[times] as Observable<MediaStream> | undefined) : given
      if (!capture$) throw new Error(`the test foresees no capture of ${name} any more`)
      return capture$ as Observable<MediaStream>
    },
    stream: (tracks: readonly MediaStreamTrack[]) => streamOf(...tracks),
    devices$: EMPTY,
  }
  const sources = { begin$: begin$.pipe(map((media) => ({ media, required }))), answered$, action$ }
  const step$ = loop(
    { initial: undefined, reduce: () => undefined, admit: () => true },
    (event$: Observable<CallEvent>) =>
      localMedia({ ...sources, event$ }, port).pipe(map((output) => ({ ...output, callId }) as CallEvent)),
  ).pipe(
    map(({ event }) => event),
    share(),
  )
  const told$ = step$.pipe(filter(({ type }) => type !== 'capture-opened' && type !== 'capture-failed'))
  return {
    /** What was asked for, in words and in order. */
    asked,
    /** Everything that the stage says, in words: see {@link inWords}. */
    told$: told$.pipe(map(inWords)),
    /** The tracks of each stream that is shown. */
    tracks$: step$.pipe(
      filter((event) => event.type === 'captured'),
      map(({ stream }) => stream?.getTracks() ?? []),
    ),
    stream$: step$.pipe(
      filter((event) => event.type === 'captured'),
      map(({ stream }) => stream),
    ),
  }
}

function inWords(event: CallEvent): string {
  switch (event.type) {
    case 'captured':
      return `captured ${requestInWords(event.media)}`
    case 'muted':
      return `${event.kind} ${event.muted ? 'muted' : 'unmuted'}`
    case 'local-media':
      return `${event.media.audio} ${event.media.video}${event.media.held ? ' held' : ''}`
    case 'error':
      return `error ${event.error.code}`
    case 'uncaptured':
      return `uncaptured ${event.error.code}`
    default:
      return event.type
  }
}
