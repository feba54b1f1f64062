import { afterEach, describe, expect, test, vi } from 'vitest'
import { isOldBrowser } from '../../src/ui/old-browser.ts'

afterEach(() => void vi.unstubAllGlobals())

const ofPrototype = (members: object) => Object.assign(function () {}, { prototype: members })

describe('a browser is not old', () => {
  test.for<[string, unknown]>([
    ['has the class of today', ofPrototype({ iceConnectionState: 'new', connectionState: 'new' })],
    ['lacks the class, because WebRTC is switched off', undefined],
    ['has a function in its place, whose prototype is bare', ofPrototype({})],
    ['has a function in its place that has no prototype', (() => undefined).bind(undefined)],
  ])('that %s', ([, RTCPeerConnection]) => {
    vi.stubGlobal('RTCPeerConnection', RTCPeerConnection)
    expect(isOldBrowser()).toBe(false)
  })
})

test('a browser whose own class lacks `connectionState` is old', () => {
  vi.stubGlobal('RTCPeerConnection', ofPrototype({ iceConnectionState: 'new' }))
  expect(isOldBrowser()).toBe(true)
})
