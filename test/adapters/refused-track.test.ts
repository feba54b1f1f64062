import wrtc from '@roamhq/wrtc'
import { describe, expect, it } from 'vitest'
import { nativePeer } from '../../src/adapters/native-peer.ts'
import { simplePeer } from '../../src/adapters/simple-peer.ts'
import { framesOf, localTrack } from './support/media.ts'
import { localStream, openTestPeer, wire, type NewPort, type TestPeer } from './support/test-peer.ts'

const native: NewPort = (webRtc) => nativePeer({ wrtc: webRtc })
const simple: NewPort = (wrtc) => simplePeer({ wrtc })
const ports = { 'a native peer': native, 'a simple-peer': simple }

/**
 * Makes this side's video sender refuse another track while it sends, as W3C WebRTC allows (5.2). With `isFinal` it
 * always refuses. libwebrtc never does.
 */
function refuseVideo({ connection }: TestPeer, isFinal = false) {
  const transceiver = connection.getTransceivers().find(({ sender }) => sender.track?.kind === 'video')
  if (transceiver === undefined) throw new Error('no video is sent')
  const { sender } = transceiver
  const replaceTrack = sender.replaceTrack.bind(sender)
  const isSending = () => ['sendrecv', 'sendonly'].includes(transceiver.currentDirection ?? '')
  Object.defineProperty(sender, 'replaceTrack', {
    value: (track: MediaStreamTrack | null) =>
      isFinal || (track !== null && isSending())
        ? Promise.reject(new DOMException('it does not fit', 'InvalidModificationError'))
        : replaceTrack(track),
  })
}

describe.each(
  Object.entries(ports).flatMap(([offers, offererPort]) =>
    Object.entries(ports).flatMap(([answers, answererPort]) =>
      (['offerer', 'answerer'] as const).map((role) => ({
        offers,
        answers,
        offererPort,
        answererPort,
        role,
      })),
    ),
  ),
)('$offers as the offerer, $answers as the answerer', ({ offererPort, answererPort, role }) => {
  async function openPair() {
    const [first, audio] = [localTrack({ luma: 200 }), localStream(['audio'])]
    const stream = new wrtc.MediaStream([...audio.getTracks(), first])
    const streamOf = (of: typeof role) => (of === role ? stream : null)
    const offerer = openTestPeer(offererPort, { role: 'offerer', stream: streamOf('offerer') })
    const answerer = openTestPeer(answererPort, { role: 'answerer', stream: streamOf('answerer') })
    wire(offerer, answerer)
    wire(answerer, offerer)
    await Promise.all([offerer.saw('data-open'), answerer.saw('data-open')])
    const [sender, receiver] = role === 'offerer' ? [offerer, answerer] : [answerer, offerer]
    const { track } = await receiver.saw('track-added', ({ track }) => track.kind === 'video')
    await framesOf(track).saw(200)
    return { offerer, answerer, sender, receiver }
  }

  const sawVideo = async (receiver: TestPeer, times: number, luma: number) => {
    const videos = () => receiver.all('track-added').filter(({ track }) => track.kind === 'video')
    await receiver.saw('track-added', () => videos().length === times)
    const track = videos().at(-1)?.track
    if (track === undefined) throw new Error('there is no video')
    await framesOf(track).saw(luma)
  }

  it(`the ${role} sends an incompatible track after another negotiation`, async () => {
    const { offerer, answerer, sender, receiver } = await openPair()
    refuseVideo(sender)
    sender.command$.next({ type: 'track', kind: 'video', track: localTrack({ luma: 50 }) })
    await sawVideo(receiver, 2, 50)
    sender.command$.next({ type: 'track', kind: 'video', track: localTrack({ luma: 120 }) })
    await sawVideo(receiver, 3, 120)
    sender.command$.next({ type: 'track', kind: 'video', track: null })
    sender.command$.next({ type: 'track', kind: 'video', track: localTrack({ luma: 200 }) })
    await sawVideo(receiver, 4, 200)
    expect(offerer.all('description')).toHaveLength(7)
    expect(offerer.connection.getTransceivers()).toHaveLength(2)
    expect([...offerer.all('error'), ...answerer.all('error')]).toEqual([])
  })

  it(`the ${role} fails when a track cannot be sent in any way`, async () => {
    const { sender } = await openPair()
    refuseVideo(sender, true)
    sender.command$.next({ type: 'track', kind: 'video', track: localTrack({ luma: 50 }) })
    expect((await sender.saw('error')).error).toMatchObject({
      code: 'connection-failed',
      message: 'the video cannot be sent: it does not fit',
    })
  })
})
