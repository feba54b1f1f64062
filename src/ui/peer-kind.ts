/** Which peer adapter the page uses: simple-peer, or the browser's own RTCPeerConnection. */
export type PeerKind = 'simple-peer' | 'native'

/** The peer adapter in the page's address, or a description of why it cannot be used. */
export type PeerChoice =
  { readonly ok: true; readonly kind: PeerKind } | { readonly ok: false; readonly problem: string }

export const usualPeer: PeerKind = 'simple-peer'

/** Reads the parameter `peer` of the page's address: `native` or `simple-peer`, which is the default. */
export function readPeerKind(parameter: string | null): PeerChoice {
  const text = parameter?.trim() ?? ''
  if (text === '') return { ok: true, kind: usualPeer }
  if (text === 'native' || text === 'simple-peer') return { ok: true, kind: text }
  return { ok: false, problem: 'it is neither "native" nor "simple-peer"' }
}
