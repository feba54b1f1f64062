import { CallError } from '../../errors.ts'
import type { TrackKind } from '../../events.ts'
import type { CaptureRequest } from '../../ports/index.ts'
import { fail, nothing, type Attempt, type Captures, type Part, type Source } from './capture-state.ts'
import { isSameSource } from '../media-request.ts'

/**
 * A broken driver may end each microphone as soon as it is opened. After this number of takeovers the user has to
 * choose.
 */
const MAX_TAKEOVERS = 8

/** Requests `source` for this kind; `false` for nothing. The present source is sent until the new one is live. */
export function wishFor(media: Captures, kind: TrackKind, source: Source): Captures {
  const part = media[kind]
  const { attempt: under } = part
  if (source === false) return { ...media, [kind]: { ...closed(part), attempt: null } }
  if (under && isSameSource(under.source, source)) return media
  if (fulfils(part, source)) return { ...media, [kind]: { ...part, attempt: null } }
  const former = under ? (under.isReturn ? under.source : under.former) : false
  return tryFor(media, kind, part, { source, isReturn: false, former })
}

/** A capture has opened, lost or replaced a track, or the system muted or unmuted one of its tracks. */
export function opened(media: Captures, kind: TrackKind, capture: number, stream: MediaStream): Captures {
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
  return track
    ? { ...media, [kind]: { ...part, stream, track, interrupted: track.muted } }
    : ended(media, kind)
}

function sending(
  media: Captures,
  kind: TrackKind,
  { capture, source, former }: Attempt,
  stream: MediaStream,
  track: MediaStreamTrack,
): Captures {
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

/** A capture failed to open: whatever was closed to make room comes back. */
export function failed(media: Captures, kind: TrackKind, capture: number, error: CallError): Captures {
  const part = media[kind]
  const { attempt: under } = part
  if (under?.capture !== capture) return media
  const { source, isReturn, former } = under
  const isDevice = source !== 'screen' && part.source !== 'screen' && part.source !== false
  // Some systems cannot open a second camera while the first one is open.
  if (error.code === 'device-in-use' && isDevice)
    return tryFor(media, kind, closed(part), { source, isReturn, former: part.source })
  const told = fail(media, error)
  if (former !== false) return tryFor(told, kind, part, { source: former, isReturn: true, former: false })
  const isGone = isReturn && kind === 'audio' && source !== true
  return isGone ? takeOver(told) : { ...told, [kind]: { ...part, attempt: null } }
}

/** The sent track has ended by itself. */
function ended(media: Captures, kind: TrackKind): Captures {
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
 * Opens any other microphone in place of the lost one. Otherwise the user would keep talking without being heard. A
 * camera is not replaced, because another one would show what nobody chose to show.
 */
function takeOver(media: Captures): Captures {
  const trying = { source: true, isReturn: true, former: false } as const
  return tryFor({ ...media, takeovers: media.takeovers + 1 }, 'audio', closed(media.audio), trying)
}

const deviceLost = (message: string): CallError => new CallError('device-lost', message)

/** Opens `source`, which replaces `part` once it is live. */
export function tryFor(
  media: Captures,
  kind: TrackKind,
  part: Part,
  { source, isReturn, former }: Omit<Attempt, 'capture'>,
): Captures {
  const request: CaptureRequest =
    source === 'screen'
      ? { audio: false, video: source }
      : kind === 'audio'
        ? { audio: source, video: false }
        : { audio: false, video: source }
  const asked = ask(media, request)
  return { ...asked, [kind]: { ...part, attempt: { capture: asked.last, source, isReturn, former } } }
}

/** Requests the next capture. */
export function ask(media: Captures, request: CaptureRequest): Captures {
  const capture = media.last + 1
  return { ...media, last: capture, captures: [...media.captures, { capture, request }] }
}

/** A change to `source` that waits for the next capture. */
export const attempt = ({ last }: Captures, source: Source): Attempt => ({
  capture: last + 1,
  source,
  isReturn: false,
  former: false,
})

const closed = (part: Part): Part => ({ ...nothing, attempt: part.attempt })

/**
 * Whether the present source fulfils the request; if no device is named, any device does. A device that is named
 * again is reopened, unless a change to another source is pending. A browser's entry `default` may mean another
 * device by now.
 */
function fulfils({ source, attempt: under }: Part, wished: Source): boolean {
  if (wished === true) return source === true || typeof source === 'object'
  return wished !== 'screen' && under !== null && isSameSource(source, wished)
}
