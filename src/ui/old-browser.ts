/**
 * Whether the browser parses the page's script and yet lacks what a call cannot do without: of the oldest browsers in `browserslist` of
 * package.json, Safari got the one last, and Firefox the other. A browser in which WebRTC is switched off is not old.
 */
export function isOldBrowser(): boolean {
  const isConnectionOld =
    'RTCPeerConnection' in globalThis && !('connectionState' in RTCPeerConnection.prototype)
  return !('hasOwn' in Object) || isConnectionOld
}
