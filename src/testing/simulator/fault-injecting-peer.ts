import { finalize, Observable, tap } from 'rxjs'
import { CallError, type PeerPort } from '../../core/index.ts'
import type { TaskQueue } from './task-queue.ts'

type Sent = Readonly<Partial<Record<string, MediaStreamTrack | null>>>

/** The peer connections of a simulated client, which can be made to fail. */
export interface FaultInjectingPeer {
  readonly port: PeerPort
  readonly openPeers: () => number
  /** The tracks that the peer connection was told to send; `null` if there is no connection. */
  readonly sentTracks: () => readonly MediaStreamTrack[] | null
  /** Rejects the next descriptions: remote ones, and local offers, which are emitted before if `emitsOffer`. */
  readonly rejectNext: (times: number, emitsOffer: boolean) => void
  /** Breaks the connection on the next remote description. If `flickers`, it first claims to be connected. */
  readonly breakNext: (flickers: boolean) => void
}

const rejected = () => new CallError('negotiation-failed', 'rejected by the scenario')

/** Wraps a peer port. Its events are queued as tasks of the page. */
export function faultInjectingPeer(inner: PeerPort, tasks: TaskQueue): FaultInjectingPeer {
  let openPeers = 0
  let sent: Sent | null = null
  let rejects = 0
  let emitsRejectedOffer = false
  let breaks: { readonly flickers: boolean } | undefined
  const port: PeerPort = {
    open: (options, command$) =>
      new Observable((subscriber) => {
        openPeers++
        const opened = Object.fromEntries(
          (options.stream?.getTracks() ?? []).map((track) => [track.kind, track]),
        )
        let own: Sent = (sent = opened)
        subscriber.add(() => openPeers--)
        const given$ = command$.pipe(
          tap((command) => {
            if (command.type === 'track') own = sent = { ...own, [command.kind]: command.track }
            if (command.type !== 'description') return
            if (rejects > 0) {
              rejects--
              subscriber.error(rejected())
              return
            }
            if (!breaks) return
            const { flickers } = breaks
            breaks = undefined
            // Synchronously, while the core still handles the command: events after the end must change nothing.
            if (flickers) {
              subscriber.next({ type: 'connection-state', state: 'failed' })
              subscriber.next({ type: 'connection-state', state: 'connected' })
            }
            subscriber.error(new CallError('connection-failed', 'broken by the scenario'))
          }),
        )
        const event$ = inner.open(options, given$).pipe(
          tap((event) => {
            if (event.type !== 'description' || event.description.type !== 'offer' || rejects === 0) return
            rejects--
            if (emitsRejectedOffer) tasks.run(() => subscriber.next(event))
            throw rejected()
          }),
          finalize(() => {
            if (sent === own) sent = null
          }),
        )
        return tasks.stream(event$).subscribe(subscriber)
      }),
  }

  return {
    port,
    openPeers: () => openPeers,
    sentTracks: () => sent && [sent.audio, sent.video].filter((track) => track != null),
    rejectNext(times, emitsOffer) {
      rejects = times
      emitsRejectedOffer = emitsOffer
    },
    breakNext(flickers) {
      breaks = { flickers }
    },
  }
}
