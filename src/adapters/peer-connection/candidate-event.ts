import type { PeerEvent } from '../../core/ports/index.ts'

/** A local candidate to send; null for the empty one with which some browsers end each generation. */
export function candidateEvent(init: RTCIceCandidateInit): PeerEvent | null {
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = init
  if (candidate === undefined || candidate === '') return null
  return {
    type: 'candidate',
    candidate: {
      candidate,
      ...(sdpMid === undefined ? {} : { sdpMid }),
      ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }),
      ...(usernameFragment === undefined ? {} : { usernameFragment }),
    },
  }
}
