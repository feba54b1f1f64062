import type { CallError } from '../../errors.ts'
import type { TrackKind } from '../../events.ts'
import type { CaptureRequest, MediaRequest } from '../../ports/index.ts'
import { ask, attempt, failed, opened, tryFor, wishFor } from './capture-changes.ts'
import { fail, type Captures } from './capture-state.ts'
import { muteOf } from './media-view.ts'

export type CaptureStep =
  /** The call begins with this media. If it is `required`, all of it must be live before anything else happens. */
  | { readonly type: 'begin'; readonly media: MediaRequest; readonly required: boolean }
  /** The call is answered, so it no longer depends on its initial media. */
  | { readonly type: 'answered' }
  | { readonly type: 'change'; readonly change: Partial<MediaRequest> }
  | { readonly type: 'mute'; readonly kind: TrackKind; readonly muted: boolean }
  | { readonly type: 'hold'; readonly held: boolean }
  | { readonly type: 'held-by-other'; readonly held: boolean }
  | { readonly type: 'capture-opened'; readonly capture: number; readonly stream: MediaStream }
  | { readonly type: 'capture-failed'; readonly capture: number; readonly error: CallError }

const kinds = ['audio', 'video'] as const

/**
 * Computes what this side sends after `step`: a pure machine, the same for both kinds. The captures in `captures`
 * must be open, and the outcome of each comes back as a step. A sent source stays open until its replacement is live.
 *
 * Media that is required before anybody is called fails as a whole. After the answer, a device that cannot be opened
 * is left out. If camera and microphone fail together, each is tried alone.
 */
export function stepCaptures(before: Captures, step: CaptureStep): Captures {
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

/** From now on, the call continues with whatever media can be opened. */
function answered(media: Captures): Captures {
  if (media.begun) return media
  return wish(settled({ ...media, begun: true, opening: true, waiting: {} }), media.waiting)
}

/** Clears `opening` once none of the initial devices is still being opened. */
function settled(media: Captures): Captures {
  return media.opening && !media.audio.attempt && !media.video.attempt ? { ...media, opening: false } : media
}

/** Tries camera and microphone separately if they failed together, because only one may be the reason. */
function failedCapture(media: Captures, capture: number, error: CallError): Captures {
  const request = media.captures.find((each) => each.capture === capture)?.request
  if (!request || request.audio === false || request.video === false)
    return eachKind(media, (now, kind) => failed(now, kind, capture, error))
  return eachKind(media, (now, kind) => {
    const { attempt } = now[kind]
    return attempt?.capture === capture ? tryFor(now, kind, now[kind], attempt) : now
  })
}

/** Requests camera and microphone together, so that the user is asked once. */
function begin(media: Captures, { audio, video }: MediaRequest): Captures {
  const requests: CaptureRequest[] =
    video === 'screen'
      ? [{ audio: false, video }, ...(audio === false ? [] : [{ audio, video: false }])]
      : audio === false && video === false
        ? []
        : [{ audio, video }]
  return begun(
    requests.reduce<Captures>(
      (now, request) =>
        kinds
          .filter((kind) => request[kind] !== false)
          .reduce<Captures>(
            (all, kind) => ({ ...all, [kind]: { ...all[kind], attempt: attempt(now, request[kind]) } }),
            ask(now, request),
          ),
      media,
    ),
  )
}

/** Applies the waiting changes once all of the initial media is live. */
function begun(media: Captures): Captures {
  if (media.begun || media.audio.attempt || media.video.attempt) return media
  return wish({ ...media, begun: true, waiting: {} }, media.waiting)
}

function wish(media: Captures, change: Partial<MediaRequest>): Captures {
  return eachKind(media, (now, kind) => {
    const source = change[kind]
    return source === undefined ? now : wishFor({ ...now, takeovers: 0 }, kind, source)
  })
}

function eachKind(media: Captures, change: (now: Captures, kind: TrackKind) => Captures): Captures {
  return kinds.reduce(change, media)
}

function closeUnused(media: Captures): Captures {
  const used = kinds.flatMap((kind) => [media[kind].capture, media[kind].attempt?.capture])
  const captures = media.captures.filter(({ capture }) => used.includes(capture))
  return captures.length === media.captures.length ? media : { ...media, captures }
}
