import { concatMap, distinctUntilChanged, EMPTY, filter, map, scan, share, type Observable } from 'rxjs'
import { localMedia } from '../../../../src/core/call/media/local-media.ts'
import { isSameStatus } from '../../../../src/core/call/sent-media.ts'
import { isSameMedia } from '../../../../src/core/call/media-request.ts'
import type {
  CallAction,
  CaptureRequest,
  LocalMedia,
  MediaRequest,
  MediaStatus,
} from '../../../../src/core/index.ts'
import type { CallOutput } from '../../../../src/core/stages/index.ts'
import { ofType } from '../../../../src/core/rx/operators.ts'
import { streamOf } from '../media.ts'
import type { Lane, OneOrMore, Performance, Players } from './score.ts'

/** The lanes of the local media of one call. */
export interface LocalMediaLanes {
  /** The media that the call begins with. */
  readonly begin: string
  /** Whether the call requires all of it, as a caller's does until it is answered. This is the default. */
  readonly required?: boolean
  readonly answered?: string
  /** The actions of the user. */
  readonly action?: string
  /** The media status of the other side. */
  readonly remote?: string
  /** The events of each capture from its opening, by request. Captures of the same request are in order. */
  readonly captures?: Readonly<Record<string, OneOrMore<Lane>>>
  /** When each of them is open. */
  readonly open?: Readonly<Record<string, OneOrMore<string>>>
  /** The times at which `see` is evaluated. */
  readonly look?: string
  readonly see?: () => unknown

  /** Everything that the stage emits, in words. For `media`, only the changes. */
  readonly told?: string
  /** The errors among that. */
  readonly errors?: string
  /** Each stream that is shown: its tracks, their number, and which of them are enabled. */
  readonly stream?: string
  readonly tracks?: string
  readonly count?: string
  readonly enabled?: string

  /** The requested captures, in words and in order. */
  readonly asked?: readonly string[]
  readonly leave?: string
}

/** Performs the local media of one call with the devices of the score. */
export function performLocalMedia(lanes: LocalMediaLanes, { hot, resources }: Players): Performance {
  const { required = true, captures = {}, open = {}, see = () => undefined } = lanes
  const asked: string[] = []
  const devices = Object.fromEntries(
    Object.entries(captures).map(([name, given]) => [
      name,
      resources<MediaStream>('captures', given, open[name]),
    ]),
  )
  const port = {
    capture(request: CaptureRequest) {
      const name = requestInWords(request)
      const times = asked.filter((each) => each === name).length
      asked.push(name)
      const capture$ = devices[name]?.[times]
      if (!capture$) throw new Error(`the score has no lane for another capture of ${name}`)
      return capture$
    },
    stream: (tracks: readonly MediaStreamTrack[]) => streamOf(...tracks),
    devices$: EMPTY,
  }
  const output$ = localMedia(
    {
      begin$: hot<MediaRequest>('begin', lanes.begin).pipe(map((media) => ({ media, required }))),
      answered$: hot('answered', lanes.answered),
      action$: hot<CallAction>('action', lanes.action),
      remote$: hot<MediaStatus>('remote', lanes.remote),
    },
    port,
  ).pipe(share())
  const told$ = output$.pipe(
    scan(inWords, { known: nothing, words: [] }),
    concatMap(({ words }) => words),
  )
  const stream$ = output$.pipe(
    ofType('media'),
    map(({ media }) => media),
    filter(({ status }) => status !== null),
    distinctUntilChanged((one, other) => one.stream === other.stream),
    map(({ stream }) => stream),
  )
  const ofTracks = <T>(see: (tracks: readonly MediaStreamTrack[]) => T): Observable<T> =>
    stream$.pipe(map((stream) => see(stream?.getTracks() ?? [])))
  return {
    out: {
      told: told$,
      errors: told$.pipe(filter((word) => word.startsWith('error'))),
      stream: stream$,
      tracks: ofTracks((tracks) => tracks),
      count: ofTracks((tracks) => `${tracks.length}`),
      enabled: ofTracks((tracks) => tracks.map((track) => track.enabled)),
      look: hot('look', lanes.look).pipe(map(see)),
    },
    after: { asked: () => asked },
  }
}

/** `audio+video`, `video`, `screen`, `video:front` … */
function requestInWords({ audio, video }: CaptureRequest | MediaRequest): string {
  const word = (kind: string, source: typeof video) => {
    if (source === 'screen') return [source]
    return source === false ? [] : [typeof source === 'object' ? `${kind}:${source.deviceId}` : kind]
  }
  return [...word('audio', audio), ...word('video', video)].join('+')
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
