import {
  concatMap,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  NEVER,
  scan,
  share,
  type Observable,
} from 'rxjs'
import { localMedia } from '../../../src/core/call/media/local-media.ts'
import { isSameStatus } from '../../../src/core/call/sent-media.ts'
import { isSameMedia } from '../../../src/core/call/media-request.ts'
import type {
  CallAction,
  CallOutput,
  CaptureRequest,
  LocalMedia,
  MediaRequest,
  MediaStatus,
} from '../../../src/core/index.ts'
import { ofType } from '../../../src/core/rx/operators.ts'
import { streamOf } from './media.ts'

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
  /** What the other side sends. */
  readonly remote$?: Observable<MediaStatus>
}

/** Runs the media stage of a call in a loop of its own, with devices that do as the test has it. */
export function runMedia(
  { begin$, required = true, answered$ = NEVER, action$, remote$ = NEVER }: MediaRun,
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
  const output$ = localMedia(
    { begin$: begin$.pipe(map((media) => ({ media, required }))), answered$, action$, remote$ },
    port,
  ).pipe(share())
  const media$ = output$.pipe(
    ofType('media'),
    map(({ media }) => media),
  )
  const stream$ = media$.pipe(
    filter(({ status }) => status !== null),
    distinctUntilChanged((one, other) => one.stream === other.stream),
    map(({ stream }) => stream),
  )
  return {
    /** What was asked for, in words and in order. */
    asked,
    /** Everything that the stage emits, in words: of `media` what has changed. */
    told$: output$.pipe(
      scan(inWords, { known: nothing, words: [] }),
      concatMap(({ words }) => words),
    ),
    /** The tracks of each stream that is shown. */
    tracks$: stream$.pipe(map((stream) => stream?.getTracks() ?? [])),
    stream$,
  }
}

interface Told {
  readonly known: LocalMedia
  readonly words: readonly string[]
}

const nothing: LocalMedia = {
  stream: null,
  sent: { audio: false, video: false },
  muted: { audio: false, video: false },
  status: null,
}

function inWords({ known }: Told, output: CallOutput): Told {
  if (output.type === 'error' || output.type === 'capture-failed')
    return { known, words: [`${output.type} ${output.error.code}`] }
  if (output.type !== 'media') return { known, words: [output.type] }
  const { media } = output
  const { status } = media
  const muted = (['audio', 'video'] as const)
    .filter((kind) => media.muted[kind] !== known.muted[kind])
    .map((kind) => `${kind} ${media.muted[kind] ? 'muted' : 'unmuted'}`)
  const isOther = media.stream !== known.stream || !isSameMedia(media.sent, known.sent)
  const isOpening = status?.audio === 'opening' || status?.video === 'opening'
  const isCaptured = status !== null && (known.status === null ? !isOpening : isOther)
  const isNewStatus = status !== null && (known.status === null || !isSameStatus(status, known.status))
  return {
    known: media,
    words: [
      ...muted,
      ...(isCaptured ? [`captured ${requestInWords(media.sent)}`] : []),
      ...(isNewStatus ? [`${status.audio} ${status.video}${status.held ? ' held' : ''}`] : []),
    ],
  }
}
