import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, openedNothing } from './support/steps.ts'

/** Like a browser in which a setting or an extension has switched WebRTC off. */
const withoutWebRtc = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection')
  })

const words = 'This browser cannot make calls: it has WebRTC switched off.'

describe.for(['simple-peer', 'native'])('a browser without WebRTC, with the peer %s', (peer) => {
  test('is reported at load, and offers no call', async ({ open, join }) => {
    await join('bob')
    const alice = await open('alice', { path: `/?peer=${peer}`, prepare: withoutWebRtc })
    await alice.alert(words)
    await alice.page.getByRole('textbox', { name: 'Your name' }).fill('alice')
    await alice.press('Join')
    await alice.status('Ready to call')
    await alice.alert(words)
    expect(await alice.button('Call bob').isDisabled()).toBe(true)
    await openedNothing(alice)
  })

  test('does not ring, and the caller gets unreachable at once', async ({ join }) => {
    const [alice, bob] = await Promise.all([
      join('alice'),
      join('bob', { path: `/?name=bob&peer=${peer}`, prepare: withoutWebRtc }),
    ])
    await alice.press('Call bob')
    await alice.status('Call ended: bob is not there')
    await bob.status('Ready to call')
    await openedNothing(bob)
  })
})

test('leaves the call to another device of the user', async ({ join }) => {
  const [alice, bob] = await Promise.all([join('alice'), join('bob')])
  await join('bob', { beside: bob, prepare: withoutWebRtc })

  await connect(alice, bob)
})
