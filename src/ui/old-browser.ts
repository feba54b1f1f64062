/**
 * Whether the browser is too old for calls, although it parses the page's script. Checks what was added last in the
 * oldest supported browsers (`browserslist` in package.json): `Object.hasOwn` in Safari, `connectionState` in
 * Firefox. A browser in which WebRTC is switched off is not old.
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
