import wrtc from '@roamhq/wrtc'
import {
  ReplaySubject,
  Subject,
  filter,
  take,
  throwError,
  timeout,
  type Observable,
  type Subscription,
} from 'rxjs'
import { onTestFinished } from 'vitest'
import type { WebRtc } from '../../../src/adapters/simple-peer.ts'
import type { PeerCommand, PeerEvent, PeerOptions, PeerPort } from '../../../src/core/ports/index.ts'

export type Told =
  PeerEvent | { readonly type: 'complete' } | { readonly type: 'error'; readonly error: unknown }

/** A peer of a port under test, over libwebrtc, with all of its events. */
export interface TestPeer {
  readonly command$: Subject<PeerCommand>
  readonly events: readonly Told[]
  /** The events, those of the past first. */
  readonly event$: Observable<Told>
  readonly subscription: Subscription
  /** The connection that was made for it. */
  readonly connection: RTCPeerConnection
  readonly all: <T extends Told['type']>(type: T) => readonly Extract<Told, { type: T }>[]
  /** Resolves with the first event of `type`, past or future, that passes `test`. */
  readonly saw: <T extends Told['type']>(
    type: T,
    test?: (event: Extract<Told, { type: T }>) => boolean,
  ) => Promise<Extract<Told, { type: T }>>
}

/** Makes the port under test of these classes. */
export type NewPort = (webRtc: WebRtc) => PeerPort

/** Opens an unwired peer, which is closed when the test ends. `classes` replace those of libwebrtc. */
export function openTestPeer(
  newPort: NewPort,
  options: Partial<PeerOptions> = {},
  classes: Partial<WebRtc> = {},
): TestPeer {
  const made: RTCPeerConnection[] = []
  class Observed extends wrtc.RTCPeerConnection {
    constructor(config?: RTCConfiguration) {
      super(config)
      made.push(this)
    }
  }
  const port = newPort({ ...wrtc, RTCPeerConnection: Observed, ...classes })

  const command$ = new Subject<PeerCommand>()
  const events: Told[] = []
  const told$ = new ReplaySubject<Told>(Infinity)
  const tell = (told: Told) => {
    events.push(told)
    told$.next(told)
  }
  const subscription = port.open({ role: 'offerer', stream: null, ...options }, command$).subscribe({
    next: tell,
    error: (error: unknown) => tell({ type: 'error', error }),
    complete: () => tell({ type: 'complete' }),
  })
  onTestFinished(() => subscription.unsubscribe())

  return {
    command$,
    events,
    event$: told$,
    subscription,
    get connection() {
      const [connection] = made
      if (connection === undefined) throw new Error('the port made no connection of libwebrtc')
      return connection
    },
    all: (type) => events.filter((told) => isOf(type, told)),
    saw: (type, test = () => true) => {
      const seen$ = told$.pipe(
        filter((told) => isOf(type, told)),
        filter(test),
        timeout({ first: 5000, with: () => throwError(() => nothingOf(type)) }),
      )
      return new Promise((resolve, reject) => {
        seen$.pipe(take(1)).subscribe({ next: resolve, error: reject })
      })
    },
  }

  function nothingOf(type: string): Error {
    return new Error(`no such ${type} among ${events.map((told) => told.type).join(', ')}`)
  }
}

function isOf<T extends Told['type']>(type: T, told: Told): told is Extract<Told, { type: T }> {
  return told.type === type
}

/** libwebrtc's connections, with access to the data channel that one of them made. */
export function watchChannels(): {
  readonly RTCPeerConnection: typeof RTCPeerConnection
  readonly channel: () => RTCDataChannel
} {
  const channels: RTCDataChannel[] = []
  class Watched extends wrtc.RTCPeerConnection {
    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, init)
      channels.push(channel)
      return channel
    }
  }
  return {
    RTCPeerConnection: Watched,
    channel: () => {
      const [channel] = channels
      if (channel === undefined) throw new Error('no connection made a data channel')
      return channel
    },
  }
}

/** Passes the signals of `from` to `to`, changed by `change`. */
export function wire(
  from: TestPeer,
  to: TestPeer,
  change: (command: PeerCommand) => readonly PeerCommand[] = (command) => [command],
): void {
  const subscription = from.event$.subscribe((told) => {
    if (told.type === 'description' || told.type === 'candidate' || told.type === 'renegotiate') {
      for (const command of change(told)) to.command$.next(command)
    }
  })
  onTestFinished(() => subscription.unsubscribe())
}

/** A stream with a track of each kind, stopped when the test ends. */
export function localStream(kinds: readonly ('audio' | 'video')[] = ['audio', 'video']): MediaStream {
  const tracks = kinds.map((kind) =>
    kind === 'audio'
      ? new wrtc.nonstandard.RTCAudioSource().createTrack()
      : new wrtc.nonstandard.RTCVideoSource().createTrack(),
  )
  onTestFinished(() => tracks.forEach((track) => track.stop()))
  return new wrtc.MediaStream(tracks)
}
