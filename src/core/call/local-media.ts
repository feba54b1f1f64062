import { CallError } from '../errors.ts'
import type { TrackKind } from '../events.ts'
import type { CaptureRequest, MediaRequest } from '../ports/index.ts'
import { muteOf } from './sent-media.ts'
import { isSameSource } from './state.ts'

/** What one kind of media of this side comes from. */
export type Source = MediaRequest[TrackKind]

/** Something to be open: a capture by its number in the call. */
export interface Capture {
  readonly capture: number
  readonly request: CaptureRequest
}

/** A change that waits for its capture. */
interface Attempt {
  readonly capture: number
  readonly source: Source
  /** It brings back what was sent before, or replaces it because that is gone. */
  readonly isReturn: boolean
  /** What to bring back if it fails: it was closed to make room. */
  readonly former: Source
}

/** One kind of media. */
interface Part {
  /** What is sent; `false` for nothing. */
  readonly source: Source
  /** The capture that it comes from, with its stream; 0 and `null` for none. */
  readonly capture: number
  readonly stream: MediaStream | null
  readonly track: MediaStreamTrack | null
  /** Whether the system has muted the track, as a phone does during a call of its own (W3C Media Capture, 4.3.1). */
  readonly interrupted: boolean
  /** What comes back when the user stops sharing the screen. */
  readonly behind: Source
  readonly attempt: Attempt | null
}

export interface LocalMedia {
  readonly audio: Part
  readonly video: Part
  /** Whether the call goes on: its own media is there, or it need not be. Until then changes wait. */
  readonly begun: boolean
  /** Whether the devices that an answered call begins with are being opened. */
  readonly opening: boolean
  readonly waiting: Partial<MediaRequest>
  /** The last number that a capture was given. */
  readonly last: number
  /** What has to be open. */
  readonly captures: readonly Capture[]
  /** The camera stays muted behind a shared screen, which is seen at first. */
  readonly muted: { readonly audio: boolean; readonly camera: boolean; readonly screen: boolean }
  /** Whether this side, and whether the other one, has put the call on hold. */
  readonly held: boolean
  readonly heldByOther: boolean
  /** How many microphones that were gone have been replaced since the user last chose a device. */
  readonly takeovers: number
  /** What failed in the last step. */
  readonly errors: readonly CallError[]
}

export type MediaStep =
  /** The call begins, with this. Where it is `required`, all of it has to be there before anything else happens. */
  | { readonly type: 'begin'; readonly media: MediaRequest; readonly required: boolean }
  /** The call is answered, so what it was to begin with is not required any more. */
  | { readonly type: 'answered' }
  | { readonly type: 'change'; readonly change: Partial<MediaRequest> }
  | { readonly type: 'mute'; readonly kind: TrackKind; readonly muted: boolean }
  | { readonly type: 'hold'; readonly held: boolean }
  | { readonly type: 'held-by-other'; readonly held: boolean }
  | { readonly type: 'capture-opened'; readonly capture: number; readonly stream: MediaStream }
  | { readonly type: 'capture-failed'; readonly capture: number; readonly error: CallError }

const kinds = ['audio', 'video'] as const

/** A broken driver may end each microphone as soon as it is opened. After so many the user has to choose. */
const MAX_TAKEOVERS = 8

const nothing: Part = {
  source: false,
  capture: 0,
  stream: null,
  track: null,
  interrupted: false,
  behind: false,
  attempt: null,
}

export const noMedia: LocalMedia = {
  audio: nothing,
  video: nothing,
  begun: false,
  opening: false,
  waiting: {},
  last: 0,
  captures: [],
  muted: { audio: false, camera: false, screen: false },
  held: false,
  heldByOther: false,
  takeovers: 0,
  errors: [],
}

/**
 * What this side sends after `step`: a pure machine, for both kinds alike. What is in `captures` has to be open, and the outcome
 * of each comes back as a step. Whatever is sent stays open until what takes its place is there.
 *
 * What a call must have before anybody is called fails as a whole. After the answer, a device that cannot be opened is left out:
 * when camera and microphone fail together, each is tried alone.
 */
export function stepMedia(before: LocalMedia, step: MediaStep): LocalMedia {
  const media = { ...before, errors: [] }
  switch (step.type) {
    case 'begin': {
      const begun = begin(media, step.media)
      return step.required ? begun : answered(begun)
    }
    case 'answered':
      return closeUnused(settled(answered(media)))
    case 'change':
      return media.begun
        ? closeUnused(settled(wish(media, step.change)))
        : { ...media, waiting: { ...media.waiting, ...step.change } }
    case 'mute':
      return { ...media, muted: { ...media.muted, [muteOf(media, step.kind)]: step.muted } }
    case 'hold':
      return { ...media, held: step.held }
    case 'held-by-other':
      return { ...media, heldByOther: step.held }
    case 'capture-opened':
      return closeUnused(
        settled(begun(eachKind(media, (now, kind) => opened(now, kind, step.capture, step.stream)))),
      )
    case 'capture-failed':
      return media.begun
        ? closeUnused(settled(failedCapture(media, step.capture, step.error)))
        : fail(media, step.error)
  }
}

/** From now on the call goes on with whatever of its media can be opened. */
function answered(media: LocalMedia): LocalMedia {
  if (media.begun) return media
  return wish(settled({ ...media, begun: true, opening: true, waiting: {} }), media.waiting)
}

/** The beginning is over once no device of it is being opened. */
function settled(media: LocalMedia): LocalMedia {
  return media.opening && !media.audio.attempt && !media.video.attempt ? { ...media, opening: false } : media
}

/** Camera and microphone that failed together are tried apart, because one of them may be the reason. */
function failedCapture(media: LocalMedia, capture: number, error: CallError): LocalMedia {
  const request = media.captures.find((each) => each.capture === capture)?.request
  if (!request || request.audio === false || request.video === false)
    return eachKind(media, (now, kind) => failed(now, kind, capture, error))
  return eachKind(media, (now, kind) => {
    const { attempt } = now[kind]
    return attempt?.capture === capture ? tryFor(now, kind, now[kind], attempt) : now
  })
}

/** Camera and microphone are asked for together, so that the user is asked once. */
function begin(media: LocalMedia, { audio, video }: MediaRequest): LocalMedia {
  const requests: CaptureRequest[] =
    video === 'screen'
      ? [{ audio: false, video }, ...(audio === false ? [] : [{ audio, video: false }])]
      : audio === false && video === false
        ? []
        : [{ audio, video }]
  return begun(
    requests.reduce<LocalMedia>(
      (now, request) =>
        kinds
          .filter((kind) => request[kind] !== false)
          .reduce<LocalMedia>(
            (all, kind) => ({ ...all, [kind]: { ...all[kind], attempt: attempt(now, request[kind]) } }),
            ask(now, request),
          ),
      media,
    ),
  )
}

/** Once everything is there that the call begins with, the wishes that waited for it have their turn. */
function begun(media: LocalMedia): LocalMedia {
  if (media.begun || media.audio.attempt || media.video.attempt) return media
  return wish({ ...media, begun: true, waiting: {} }, media.waiting)
}

function wish(media: LocalMedia, change: Partial<MediaRequest>): LocalMedia {
  return eachKind(media, (now, kind) => {
    const source = change[kind]
    return source === undefined ? now : wishFor({ ...now, takeovers: 0 }, kind, source)
  })
}

function wishFor(media: LocalMedia, kind: TrackKind, source: Source): LocalMedia {
  const part = media[kind]
  const { attempt: under } = part
  if (source === false) return { ...media, [kind]: { ...closed(part), attempt: null } }
  if (under && isSameSource(under.source, source)) return media
  if (fulfils(part, source)) return { ...media, [kind]: { ...part, attempt: null } }
  const former = under ? (under.isReturn ? under.source : under.former) : false
  return tryFor(media, kind, part, { source, isReturn: false, former })
}

function opened(media: LocalMedia, kind: TrackKind, capture: number, stream: MediaStream): LocalMedia {
  const part = media[kind]
  const track = stream.getTracks().find((each) => each.kind === kind) ?? null
  if (part.attempt?.capture === capture) {
    if (track) return sending(media, kind, part.attempt, stream, track)
    if (!media.begun) return { ...media, [kind]: { ...part, attempt: null } }
    const error = new CallError(
      'capture-failed',
      `what was opened has no ${kind} track; choose another device`,
    )
    return failed(media, kind, capture, error)
  }
  if (part.capture !== capture) return media
  return track && track === part.track
    ? { ...media, [kind]: { ...part, stream, interrupted: track.muted } }
    : ended(media, kind)
}

function sending(
  media: LocalMedia,
  kind: TrackKind,
  { capture, source, former }: Attempt,
  stream: MediaStream,
  track: MediaStreamTrack,
): LocalMedia {
  const part = media[kind]
  const isScreen = source === 'screen'
  const behind = part.source === 'screen' ? part.behind : part.source === false ? former : part.source
  return {
    ...media,
    [kind]: {
      source,
      capture,
      stream,
      track,
      interrupted: track.muted,
      behind: isScreen ? behind : false,
      attempt: null,
    },
    muted: isScreen ? { ...media.muted, screen: false } : media.muted,
  }
}

function failed(media: LocalMedia, kind: TrackKind, capture: number, error: CallError): LocalMedia {
  const part = media[kind]
  const { attempt: under } = part
  if (under?.capture !== capture) return media
  const { source, isReturn, former } = under
  const isDevice = source !== 'screen' && part.source !== 'screen' && part.source !== false
  // Some systems open no second camera beside the first.
  if (error.code === 'device-in-use' && isDevice)
    return tryFor(media, kind, closed(part), { source, isReturn, former: part.source })
  const told = fail(media, error)
  if (former !== false) return tryFor(told, kind, part, { source: former, isReturn: true, former: false })
  const isGone = isReturn && kind === 'audio' && source !== true
  return isGone ? takeOver(told) : { ...told, [kind]: { ...part, attempt: null } }
}

/** What was sent has ended by itself. */
function ended(media: LocalMedia, kind: TrackKind): LocalMedia {
  const part = media[kind]
  const { attempt: under, source } = part
  const former = source === 'screen' ? part.behind : source
  // Phones open one camera at a time: asking for the second one ends the first.
  if (under && (source === 'screen' || under.source !== 'screen'))
    return { ...media, [kind]: { ...closed(part), attempt: { ...under, former } } }
  if (source === 'screen')
    return former === false
      ? { ...media, [kind]: closed(part) }
      : tryFor(media, kind, closed(part), { source: former, isReturn: true, former: false })
  if (kind === 'audio' && media.takeovers < MAX_TAKEOVERS) {
    const error = deviceLost('the microphone is gone: another one takes its place')
    // Before the call has begun, an error would end it.
    return takeOver(media.begun ? fail(media, error) : media)
  }
  const device = kind === 'audio' ? 'microphone' : 'camera'
  const error = deviceLost(`the ${device} is gone: connect it again and turn it on, or choose another one`)
  return fail({ ...media, [kind]: closed(part) }, error)
}

/**
 * Opens any other microphone in place of the one that is gone. Otherwise the user would talk on without being heard. A camera is not
 * replaced, because another one would show what nobody chose to show.
 */
function takeOver(media: LocalMedia): LocalMedia {
  const trying = { source: true, isReturn: true, former: false } as const
  return tryFor({ ...media, takeovers: media.takeovers + 1 }, 'audio', closed(media.audio), trying)
}

const deviceLost = (message: string): CallError => new CallError('device-lost', message)

function tryFor(
  media: LocalMedia,
  kind: TrackKind,
  part: Part,
  { source, isReturn, former }: Omit<Attempt, 'capture'>,
): LocalMedia {
  const request: CaptureRequest =
    source === 'screen'
      ? { audio: false, video: source }
      : kind === 'audio'
        ? { audio: source, video: false }
        : { audio: false, video: source }
  const asked = ask(media, request)
  return { ...asked, [kind]: { ...part, attempt: { capture: asked.last, source, isReturn, former } } }
}

function ask(media: LocalMedia, request: CaptureRequest): LocalMedia {
  const capture = media.last + 1
  return { ...media, last: capture, captures: [...media.captures, { capture, request }] }
}

const attempt = ({ last }: LocalMedia, source: Source): Attempt => ({
  capture: last + 1,
  source,
  isReturn: false,
  former: false,
})

const closed = (part: Part): Part => ({ ...nothing, attempt: part.attempt })

const fail = (media: LocalMedia, error: CallError): LocalMedia => ({
  ...media,
  errors: [...media.errors, error],
})

function eachKind(media: LocalMedia, change: (now: LocalMedia, kind: TrackKind) => LocalMedia): LocalMedia {
  return kinds.reduce(change, media)
}

function closeUnused(media: LocalMedia): LocalMedia {
  const used = kinds.flatMap((kind) => [media[kind].capture, media[kind].attempt?.capture])
  const captures = media.captures.filter(({ capture }) => used.includes(capture))
  return captures.length === media.captures.length ? media : { ...media, captures }
}

/**
 * Whether what is sent is what is wished; if no device is named, that of any. A device that is named again is opened again, unless
 * something else is on its way: a browser's entry `default` may stand for another one by now.
 */
function fulfils({ source, attempt: under }: Part, wished: Source): boolean {
  if (wished === true) return source === true || typeof source === 'object'
  return wished !== 'screen' && under !== null && isSameSource(source, wished)
}
