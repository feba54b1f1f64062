import { EMPTY, Observable, defer, take, tap } from 'rxjs'
import type { CallPorts } from '../pipeline.ts'
import type { CallersPort, MediaPort, PeerPort, SignalingPort } from '../ports/index.ts'
import { encode, encodeCapture, encodeInput, encodeThrown } from './encode.ts'
import type { Notes } from './notes.ts'
import { recordedSource } from './recorded-source.ts'

/** Wraps the ports, and notes everything that crosses them. Numbers peers and captures from 1, as they are opened. */
export function recordedPorts({ signaling, peer, media, callers }: CallPorts, notes: Notes): CallPorts {
  return {
    ...(callers && { callers: recordedCallers(callers, notes) }),
    signaling: recordedSignaling(signaling, notes),
    peer: recordedPeer(peer, notes),
    media: recordedMedia(media, notes),
  }
}

function recordedCallers(port: CallersPort, notes: Notes): CallersPort {
  return (caller, invite) => {
    try {
      const verdict = port(caller, invite)
      notes.done({ type: 'caller-judged', verdict: encode(verdict) })
      return verdict
    } catch (thrown) {
      notes.done({ type: 'caller-judged', ...encodeThrown(thrown) })
      throw thrown
    }
  }
}

function recordedSignaling(port: SignalingPort, notes: Notes): SignalingPort {
  return {
    connect: (outgoing$) => {
      const sent$ = outgoing$.pipe(
        tap((message) => notes.done({ type: 'message-sent', message: encode(message) })),
      )
      return recordedSource(
        defer(() => port.connect(sent$)),
        notes,
        {
          opened: { type: 'signaling-opened' },
          closed: { type: 'signaling-closed' },
          emitted: (event) => ({ type: 'signaling-event', event: encodeInput(event) }),
          ended: (how) => ({ type: 'signaling-ended', ...how }),
        },
      )
    },
  }
}

function recordedPeer(port: PeerPort, notes: Notes): PeerPort {
  let count = 0
  const { unavailable$ = EMPTY } = port
  return {
    unavailable$: new Observable((subscriber) =>
      unavailable$.pipe(take(1)).subscribe({
        next: (error) =>
          notes.given(
            { type: 'peers-unavailable', error: encode(error) },
            () => subscriber.next(error),
            () => subscriber.closed,
          ),
        // The port's contract allows no error, so it is not noted.
        error: (thrown: unknown) => subscriber.error(thrown),
      }),
    ),
    open: (options, command$) =>
      defer(() => {
        const peer = ++count
        const given$ = command$.pipe(
          tap((command) => notes.done({ type: 'peer-command', peer, command: encode(command) })),
        )
        return recordedSource(
          defer(() => port.open(options, given$)),
          notes,
          {
            opened: { type: 'peer-opened', peer, options: encode(options) },
            closed: { type: 'peer-closed', peer },
            emitted: (event) => ({ type: 'peer-event', peer, event: encodeInput(event) }),
            ended: (how) => ({ type: 'peer-ended', peer, ...how }),
          },
        )
      }),
  }
}

function recordedMedia(port: MediaPort, notes: Notes): MediaPort {
  let count = 0
  return {
    // The core does not use the device list.
    devices$: port.devices$,
    stream: (tracks) => {
      const made = port.stream(tracks)
      notes.done({ type: 'stream-made', stream: encodeInput(made) })
      return made
    },
    capture: (request) =>
      defer(() => {
        const capture = ++count
        return recordedSource(
          defer(() => port.capture(request)),
          notes,
          {
            opened: { type: 'media-requested', capture, request: encode(request) },
            closed: { type: 'media-released', capture },
            emitted: (stream) => ({ type: 'media-captured', capture, stream: encodeCapture(stream) }),
            ended: (how) => ({ type: 'media-ended', capture, ...how }),
          },
        )
      }),
  }
}
