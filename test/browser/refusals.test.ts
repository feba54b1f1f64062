import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, nothingLeft, ring, sees, write } from './support/steps.ts'

describe('a call that does not connect', () => {
  test('is declined by the callee', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await ring(alice, bob)

    await bob.press('Decline')
    await Promise.all([alice.status('Call ended: bob declined'), bob.status('Call ended: you declined')])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('is cancelled by the caller while it rings', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await ring(alice, bob)

    await alice.press('Hang up')
    await Promise.all([
      alice.status('Call ended: you cancelled it'),
      bob.status('Call ended: alice cancelled it'),
    ])
    await nothingLeft(alice)
    expect(await bob.button('Accept').count()).toBe(0)
  })

  test('is cancelled by the caller before the camera opens, which is then closed at once', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await alice.page.evaluate(() => probe.hold())
    await alice.press('Call bob')
    await alice.press('Hang up')
    await alice.status('Call ended: you cancelled it')

    await alice.page.evaluate(() => probe.release())
    await alice.page.waitForFunction(() => probe.streams.length === 1)
    await nothingLeft(alice)
    await bob.status('Ready to call')
  })

  test('finds the callee in another call, which continues', async ({ join }) => {
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')]
    await connect(alice, bob)

    await carol.press('Call bob')
    await carol.status('Call ended: bob is in another call')
    await nothingLeft(carol)
    await Promise.all([sees(alice), sees(bob)])
    await write(alice, bob, 'still here?')
    await bob.status('Connected to alice')
  })

  test('finds that the callee has just left', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice', { prepare: hideDepartures }), join('bob')])
    await alice.button('Call bob').waitFor()
    await bob.page.close()
    const carol = await join('carol')
    await carol.page.getByText('bob').waitFor({ state: 'detached' })

    await alice.press('Call bob')
    await alice.status('Call ended: bob is not there')
    await alice.alert('Nobody of that name is there.')
    await nothingLeft(alice)
  })
})

describe('a user in a call', () => {
  test('cannot call anybody else', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await join('carol')
    await alice.button('Call carol').waitFor()
    await connect(alice, bob)

    expect(await alice.button(/^Call /).count()).toBe(0)
  })
})

/** Prevents the page from learning that somebody has left. */
const hideDepartures = (page: Page) =>
  page.routeWebSocket(/socket\.io/, (client) => {
    const server = client.connectToServer()
    server.onMessage((message) => {
      if (!message.includes('"type":"left"')) client.send(message)
    })
  })
