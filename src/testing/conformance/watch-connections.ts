import type { Arrived, Kind, Picture } from './agent-messages.ts'

/** Observes the connections that an adapter makes, from outside. */
export interface ConnectionWatch {
  /** How many connections were created. */
  made(): number
  /** How many of them are not closed. */
  open(): number
  /** How many of them, closed or not, have not been garbage-collected. */
  held(): number
  /** What has arrived over a remote track of any of them. */
  arrived(track: MediaStreamTrack): Promise<Arrived>
}

/**
 * `webRtc` with an RTCPeerConnection whose instances are watched. Hand `webRtc` to the adapter under test and
 * `connections` to {@link conformanceAgent}; in a page, replace the page's own class with it.
 *
 * @example
 * const { webRtc, connections } = watchConnections(wrtc)
 * const agent = conformanceAgent({ port: myPeer({ wrtc: webRtc }), connections, newTrack, newStream })
 */
export function watchConnections<T extends { readonly RTCPeerConnection: typeof RTCPeerConnection }>(
  webRtc: T,
): { readonly webRtc: T; readonly connections: ConnectionWatch } {
  const unclosed = new Set<RTCPeerConnection>()
  /** Weak, so that watching a connection does not keep it in memory. */
  const all = new Set<WeakRef<RTCPeerConnection>>()
  let made = 0
  class WatchedPeerConnection extends webRtc.RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      unclosed.add(this)
      all.add(new WeakRef(this))
      made++
    }
  }
  const open = (): readonly RTCPeerConnection[] => {
    for (const connection of unclosed) if (connection.signalingState === 'closed') unclosed.delete(connection)
    return [...unclosed]
  }
  const held = (): number => {
    open()
    for (const reference of all) if (reference.deref() === undefined) all.delete(reference)
    return all.size
  }
  return {
    webRtc: { ...webRtc, RTCPeerConnection: WatchedPeerConnection },
    connections: {
      made: () => made,
      open: () => open().length,
      held,
      arrived: async (track) => {
        const owner = open().find((connection) =>
          connection.getReceivers().some((receiver) => receiver.track === track),
        )
        return readStats(track, owner && (await owner.getStats()))
      },
    },
  }
}

function readStats(track: MediaStreamTrack, report: RTCStatsReport | undefined): Arrived {
  const kind: Kind = track.kind === 'audio' ? 'audio' : 'video'
  const all: RTCInboundRtpStreamStats[] = []
  report?.forEach((stats: RTCInboundRtpStreamStats) => {
    if ((stats.type as string) === 'inbound-rtp' && stats.trackIdentifier === track.id) all.push(stats)
  })
  const counted = all.map(({ framesDecoded = 0, packetsReceived = 0 }) =>
    kind === 'audio' ? packetsReceived : framesDecoded,
  )
  const seen = all.findLast(({ frameWidth = 0 }) => frameWidth > 0)
  return {
    track: track.id,
    kind,
    count: counted.reduce((a, b) => a + b, 0),
    picture: seen ? shape(seen) : null,
  }
}

/** An encoder under load sends a smaller picture, of the same shape. */
function shape({ frameWidth = 0, frameHeight = 1 }: RTCInboundRtpStreamStats): Picture {
  return frameWidth > 1.5 * frameHeight ? 'wide' : 'square'
}
