import {
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  pairwise,
  share,
  Subject,
  switchMap,
  take,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { ConnectionStats, PeerCommand, PeerEvent, PeerPort } from '../core/index.ts'
import { defaultThresholds, sampleBetween, type Sample } from '../quality/index.ts'
import { advise, ok, type CheckFigures, type Finding } from './check-step.ts'

export interface LoopbackOptions {
  readonly peer: PeerPort
  /** Sent to the own other side. */
  readonly stream: MediaStream | null
  /** How long to measure, in milliseconds. */
  readonly measureMs: number
  readonly scheduler: SchedulerLike
}

/**
 * Connects two ports of this page to each other, sends the stream for a while, and measures what arrives. Its figures
 * are loss, round trip and bitrate, judged by the thresholds of `quality`. Unsubscribing closes both.
 */
export function loopback({ peer, stream, measureMs, scheduler }: LoopbackOptions): Observable<Finding> {
  return defer(() => {
    const [toCaller$, toCallee$] = [new Subject<PeerCommand>(), new Subject<PeerCommand>()]
    const caller$ = peer.open({ role: 'offerer', stream }, toCaller$).pipe(tap(passTo(toCallee$)), share())
    const callee$ = peer
      .open({ role: 'answerer', stream: null }, toCallee$)
      .pipe(tap(passTo(toCaller$)), share())
    const connected$ = callee$.pipe(
      filter((event) => event.type === 'connection-state' && event.state === 'connected'),
      take(1),
    )
    const asking$ = connected$.pipe(
      switchMap(() => timer(0, measureMs, scheduler)),
      tap(() => toCallee$.next({ type: 'get-stats' })),
      ignoreElements(),
    )
    const finding$ = callee$.pipe(
      filter((event) => event.type === 'stats'),
      map(({ stats }) => stats),
      pairwise(),
      map(([before, after]: [ConnectionStats, ConnectionStats]) =>
        judge(sampleBetween(before, after), stream),
      ),
      take(1),
    )
    return merge(finding$, asking$, caller$.pipe(ignoreElements()))
  })
}

/** Brings the signals of one side to the other. */
const passTo =
  (other$: Subject<PeerCommand>) =>
  (event: PeerEvent): void => {
    if (event.type === 'description' || event.type === 'candidate' || event.type === 'renegotiate')
      other$.next(event)
  }

/** Judges the figures as `quality` does. */
function judge(sample: Sample, stream: MediaStream | null): Finding {
  const { audio, video } = sample.receiving
  const figures = figuresOf(sample)
  const { loss, roundTripMs } = defaultThresholds
  const lost = Math.max(audio?.loss ?? 0, video?.loss ?? 0)
  if (stream === null) return advise('warning', onlyConnected, figures)
  if ((audio?.bitrate ?? 0) + (video?.bitrate ?? 0) === 0) return advise('failed', nothingArrived, figures)
  if (lost >= loss.fair) return advise('warning', lossy, figures)
  if ((sample.roundTripMs ?? 0) >= roundTripMs.fair) return advise('warning', slow, figures)
  return ok(figures)
}

const onlyConnected = 'there was no camera or microphone to send, so only the connection was checked'
const nothingArrived =
  'the connection was made, but no media arrived: check that the firewall lets the TURN server relay between its own ports'
const lossy =
  'packets are lost on the way to the TURN server: move closer to the access point, or use a cable'
const slow = 'the TURN server is far away: use one that is closer to the users'

function figuresOf({ receiving, roundTripMs }: Sample): CheckFigures {
  const { audio, video } = receiving
  const figures = {
    audioLoss: audio?.loss,
    audioKbps: kbps(audio?.bitrate),
    videoLoss: video?.loss,
    videoKbps: kbps(video?.bitrate),
    roundTripMs: roundTripMs === undefined ? undefined : Math.round(roundTripMs),
  }
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
}

const kbps = (bitrate: number | undefined) => (bitrate === undefined ? undefined : Math.round(bitrate / 1000))
