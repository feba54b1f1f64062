import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, hears, made, nothingLeft, sees, write } from './support/steps.ts'

/** By what the connections of each can be told: all media of the native ones share one path from the beginning. */
const bundling = { native: 'max-bundle', 'simple-peer': 'balanced' } as const

describe('the peer in the address of the page', () => {
  test.for([
    ['native', 'simple-peer'],
    ['simple-peer', 'native'],
    ['native', 'native'],
  ] as const)(
    '%s calls %s: picture, sound and text, until one hangs up',
    async ([ours, theirs], { join }) => {
      const alice = await join('alice', { path: `/?name=alice&peer=${ours}` })
      const bob = await join('bob', { path: `/?name=bob&peer=${theirs}` })
      await Promise.all([
        alice.page.getByText(`Peer connections: ${ours}`).waitFor(),
        bob.page.getByText(`Peer connections: ${theirs}`).waitFor(),
      ])
      await connect(alice, bob)

      await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
      await write(alice, bob, `from ${ours}`)
      await write(bob, alice, `answered by ${theirs}`)
      await made(1, alice, bob)
      const policies = await Promise.all(
        [alice, bob].map(({ page }) =>
          page.evaluate(() => probe.connections.map((made) => made.getConfiguration().bundlePolicy)),
        ),
      )
      expect(policies).toEqual([[bundling[ours]], [bundling[theirs]]])

      await bob.press('Hang up')
      await Promise.all([alice.status('Call ended: bob hung up'), bob.status('Call ended: you hung up')])
      await Promise.all([nothingLeft(alice), nothingLeft(bob)])
    },
  )

  test('is simple-peer where it says nothing, and where it names none that there is, which is said', async ({
    open,
    join,
  }) => {
    const alice = await join('alice')
    await alice.page.getByText('Peer connections: simple-peer').waitFor()

    const bob = await open('bob', { path: '/?name=bob&peer=carrier-pigeon' })
    await bob.alert(
      'The peer in the address of this page is not used: it is neither "native" nor "simple-peer".',
    )
    await bob.press('Join')
    await bob.status('Ready to call')
    await bob.page.getByText('Peer connections: simple-peer').waitFor()
  })
})
