/**
 * Whether the browser parses the page's script and yet lacks what a call cannot do without: of the oldest browsers in
 * `browserslist` of package.json, Safari got `Object.hasOwn` last, and Firefox `connectionState`. A browser in which
 * WebRTC is switched off is not old.
 */
export function isOldBrowser(): boolean {
  return !('hasOwn' in Object) || isConnectionOld()
}

/**
 * Judges only the browser's own class, which has always had `iceConnectionState`. A script in the page may have wrapped
 * it in a function whose prototype is bare or missing. It may also have set it to `undefined` to switch WebRTC off.
 */
function isConnectionOld(): boolean {
  const { RTCPeerConnection } = globalThis as Partial<typeof globalThis>
  const members: object = (RTCPeerConnection as Partial<typeof RTCPeerConnection>)?.prototype ?? {}
  return 'iceConnectionState' in members && !('connectionState' in members)
}
