import { simplePeer, type WebRtc } from '../../../src/adapters/simple-peer.ts'
import type { PeerOptions } from '../../../src/core/ports/index.ts'
import { openTestPeer, wire, type TestPeer } from './test-peer.ts'

export { localStream, wire, type TestPeer } from './test-peer.ts'

/** A simple-peer that nothing is wired to yet; closed when the test ends. `classes` replace those of libwebrtc. */
export function openPeer(options: Partial<PeerOptions> = {}, classes: Partial<WebRtc> = {}): TestPeer {
  return openTestPeer((wrtc) => simplePeer({ wrtc }), options, classes)
}

/** An offerer and an answerer, wired to each other. `classes` replace those of libwebrtc at the offerer. */
export function openPair(
  streams: { readonly offerer?: MediaStream; readonly answerer?: MediaStream } = {},
  classes: Partial<WebRtc> = {},
): {
  readonly offerer: TestPeer
  readonly answerer: TestPeer
} {
  const offerer = openPeer({ role: 'offerer', stream: streams.offerer ?? null }, classes)
  const answerer = openPeer({ role: 'answerer', stream: streams.answerer ?? null })
  wire(offerer, answerer)
  wire(answerer, offerer)
  return { offerer, answerer }
}
