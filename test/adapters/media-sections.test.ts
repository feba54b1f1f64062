import { describe, expect, it } from 'vitest'
import {
  announceInAnswer,
  offeredSections,
  senderFor,
} from '../../src/adapters/peer-connection/media-sections.ts'

const home = { id: 'home' } as MediaStream
const audioTrack = { kind: 'audio' } as MediaStreamTrack

interface Section {
  kind: 'audio' | 'video'
  direction: RTCRtpTransceiverDirection
  currentDirection: RTCRtpTransceiverDirection | null
  track?: MediaStreamTrack
}

/** A connection with these sections, and the streams that its senders were put into. */
function connectionOf(...sections: Section[]) {
  const streams: unknown[] = []
  const transceivers = sections.map(({ kind, track, ...section }) => ({
    ...section,
    receiver: { track: { kind } },
    sender: { track: track ?? null, setStreams: (stream: unknown) => streams.push(stream) },
  }))
  const connection = {
    getTransceivers: () => transceivers,
    getSenders: () => transceivers.map(({ sender }) => sender),
  } as unknown as RTCPeerConnection
  return {
    connection,
    transceivers,
    streams,
    directions: () => transceivers.map(({ direction }) => direction),
  }
}

describe('the sections of an offer', () => {
  it('include sections for kinds that are not sent, and announce tracks that follow', () => {
    const stream = { getTracks: () => [audioTrack] } as unknown as MediaStream
    expect([...offeredSections({ role: 'offerer', stream, sends: ['audio', 'video'] }, home)]).toEqual([
      ['video', { direction: 'sendrecv', streams: [home] }],
    ])
    expect([...offeredSections({ role: 'offerer', stream: null }, home)]).toEqual([
      ['audio', { direction: 'recvonly' }],
      ['video', { direction: 'recvonly' }],
    ])
  })
})

describe('the sections of an answer', () => {
  const sends = ['audio', 'video'] as const

  it('announce the kinds whose tracks follow, in the stream of this side', () => {
    const { connection, directions, streams, transceivers } = connectionOf(
      { kind: 'audio', direction: 'recvonly', currentDirection: null },
      { kind: 'video', direction: 'recvonly', currentDirection: null },
    )
    expect(senderFor(connection, 'video')).toBeUndefined()
    announceInAnswer(connection, { role: 'answerer', stream: null, sends: ['video'] }, home)
    expect(directions()).toEqual(['recvonly', 'sendrecv'])
    expect(streams).toEqual([home])
    expect(senderFor(connection, 'video')).toBe(transceivers[1]?.sender)
  })

  it('stay unchanged if a sender already has its track, or was negotiated before', () => {
    const { connection, directions } = connectionOf(
      { kind: 'audio', direction: 'sendrecv', currentDirection: null, track: audioTrack },
      // Its sender stops, because the track to come does not fit what was negotiated.
      { kind: 'video', direction: 'recvonly', currentDirection: 'sendrecv' },
    )
    announceInAnswer(connection, { role: 'answerer', stream: null, sends }, home)
    expect(directions()).toEqual(['sendrecv', 'recvonly'])
  })

  it('are not changed by an offerer', () => {
    const { connection, directions } = connectionOf({
      kind: 'audio',
      direction: 'recvonly',
      currentDirection: null,
    })
    announceInAnswer(connection, { role: 'offerer', stream: null, sends }, home)
    expect(directions()).toEqual(['recvonly'])
  })
})
