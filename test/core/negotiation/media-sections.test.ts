import { describe, expect, it } from 'vitest'
import {
  sectionsToOffer,
  transceiverFor,
  transceiversToAnnounce,
  type TransceiverView,
} from '../../../src/core/negotiation/media-sections.ts'

const streamOf = (...kinds: ('audio' | 'video')[]) =>
  ({ getTracks: () => kinds.map((kind) => ({ kind })) }) as MediaStream
const track = { kind: 'audio' } as MediaStreamTrack

const transceiver = (
  kind: TransceiverView['kind'],
  direction: RTCRtpTransceiverDirection,
  { currentDirection = null, track = null }: Partial<TransceiverView> = {},
): TransceiverView => ({ kind, direction, currentDirection, track })

describe('the media sections of an offer', () => {
  it('are one for audio and one for video, receive-only unless a track of the kind follows', () => {
    const options = { role: 'offerer', stream: null } as const
    expect(sectionsToOffer(options)).toEqual([
      { kind: 'audio', direction: 'recvonly' },
      { kind: 'video', direction: 'recvonly' },
    ])
    expect(sectionsToOffer({ ...options, sends: ['video'] })).toEqual([
      { kind: 'audio', direction: 'recvonly' },
      { kind: 'video', direction: 'sendrecv' },
    ])
  })

  it('leave out the kinds that the stream has a track of', () => {
    const offered = (stream: MediaStream) => sectionsToOffer({ role: 'offerer', stream, sends: ['audio'] })
    expect(offered(streamOf('audio'))).toEqual([{ kind: 'video', direction: 'recvonly' }])
    expect(offered(streamOf('video'))).toEqual([{ kind: 'audio', direction: 'sendrecv' }])
    expect(offered(streamOf('audio', 'video'))).toEqual([])
  })
})

describe('the transceivers that an answer announces', () => {
  const answerer = { role: 'answerer', stream: null, sends: ['video'] } as const
  const offered = transceiver('video', 'recvonly')

  it('are the new ones of the kinds whose tracks follow', () => {
    const transceivers = [transceiver('audio', 'recvonly'), offered]
    expect(transceiversToAnnounce(transceivers, answerer)).toEqual([offered])
    expect(transceiversToAnnounce(transceivers, { role: 'answerer', stream: null })).toEqual([])
  })

  it('do not include a kind that another transceiver already carries', () => {
    const carrying = [
      transceiver('video', 'sendrecv'),
      transceiver('video', 'sendonly'),
      transceiver('video', 'inactive', { track }),
    ]
    for (const each of carrying) expect(transceiversToAnnounce([each, offered], answerer)).toEqual([])
  })

  it('do not include those that were negotiated before', () => {
    const before = transceiver('video', 'recvonly', { currentDirection: 'recvonly' })
    expect(transceiversToAnnounce([before], answerer)).toEqual([])
    expect(transceiversToAnnounce([before, offered], answerer)).toEqual([offered])
  })

  it('are empty when this side makes the offers', () => {
    expect(transceiversToAnnounce([offered], { ...answerer, role: 'offerer' })).toEqual([])
  })
})

describe('the transceiver that carries a kind', () => {
  it('is the one with a track, or else one that was negotiated to send', () => {
    const negotiated = transceiver('audio', 'sendrecv')
    const sending = transceiver('audio', 'inactive', { track })
    expect(transceiverFor([negotiated, sending], 'audio')).toBe(sending)
    expect(transceiverFor([transceiver('audio', 'recvonly'), negotiated], 'audio')).toBe(negotiated)
  })

  it('is not one of another kind, or one that only receives', () => {
    const others = [transceiver('video', 'sendrecv'), transceiver('video', 'sendonly', { track })]
    expect(transceiverFor([...others, transceiver('audio', 'recvonly')], 'audio')).toBeUndefined()
  })
})
