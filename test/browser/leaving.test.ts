import { describe, onTestFinished } from 'vitest'
import { test } from './support/browser-test.ts'
import { launchWithPageCache } from './support/chromium.ts'
import { connect, goBackTo, leaveByLink, nothingLeft, ring, sees } from './support/steps.ts'

/** How soon the other side must learn that the call has ended, in milliseconds. */
const promptly = { timeout: 2_000 }

describe('somebody who goes away', () => {
  test('by closing the tab ends the call on the other side within two seconds', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await bob.page.close()
    await alice.status('Call ended: bob hung up', promptly)
    await nothingLeft(alice)
    await alice.button('Call bob').waitFor({ state: 'detached' })
  })

  test('by closing the tab while it rings ends the call', async ({ join }) => {
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')]
    await ring(alice, bob)
    await alice.page.close()
    await bob.status('Call ended: alice', promptly)

    await ring(carol, bob)
    await bob.page.close()
    await carol.status('Call ended: bob', promptly)
    await nothingLeft(carol)
  })

  test('by reloading the page ends the call, and can be called again at once', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await bob.page.reload()
    await alice.status('Call ended: bob hung up', promptly)
    await bob.status('Ready to call')

    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('by a link ends the call, and can be called again after the back/forward cache', async ({ join }) => {
    const alice = await join('alice')
    const browser = await launchWithPageCache()
    onTestFinished(() => browser.close())
    // What Chromium logs if a socket is still closing when it stores the page.
    const bob = await join('bob', { browser, expected: /Page entered Back-Forward Cache/ })
    await connect(alice, bob)

    await leaveByLink(bob)
    await alice.status('Call ended: bob hung up', promptly)
    await goBackTo(bob)
    await bob.status('Ready to call')

    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('by leaving the room disappears from the roster', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await alice.button('Call bob').waitFor()

    await bob.press('Leave')
    await bob.button('Join').waitFor()
    await alice.button('Call bob').waitFor({ state: 'detached' })
  })
})
