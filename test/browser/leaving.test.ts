import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, hears, nothingLeft, ring, sees, write } from './support/steps.ts'

/** The other side learns of an end within this time, in milliseconds. */
const promptly = { timeout: 2_000 }

describe('somebody who goes away', () => {
  test('by closing the tab ends the call on the other side within two seconds', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)

    await bob.page.close()
    await alice.status('Call ended: bob hung up', promptly)
    await nothingLeft(alice)
    await alice.button('Call bob').waitFor({ state: 'detached' })
  })

  test('by closing the tab while it rings takes the call with them', async ({ join }) => {
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
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)

    await bob.page.reload()
    await alice.status('Call ended: bob hung up', promptly)
    await bob.status('Ready to call')

    await connect(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('by leaving the room is not there any more', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await alice.button('Call bob').waitFor()

    await bob.press('Leave')
    await bob.button('Join').waitFor()
    await alice.button('Call bob').waitFor({ state: 'detached' })
  })
})

describe('a relay that goes away', () => {
  /** What Chromium says of a relay that is not there. */
  const expected = /WebSocket connection to .* failed/

  test('and comes back leaves a call as it is', async ({ relay, join }) => {
    const [alice, bob] = [await join('alice', { expected }), await join('bob', { expected })]
    await connect(alice, bob)

    const away = 'Reconnecting to the server… Your call goes on.'
    await relay.stop()
    await Promise.all([alice, bob].map(({ page }) => page.getByText(away).waitFor()))
    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
    await write(alice, bob, 'do you still hear me?')

    await relay.start()
    await Promise.all([alice, bob].map(({ page }) => page.getByText(away).waitFor({ state: 'detached' })))
    await Promise.all([sees(alice), sees(bob)])
    const made = await Promise.all(
      [alice, bob].map(({ page }) => page.evaluate(() => probe.connections.length)),
    )
    expect(made).toEqual([1, 1])

    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
    await connect(alice, bob)
  })
})
