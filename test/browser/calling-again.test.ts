import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test, type User } from './support/browser-test.ts'
import { connect, connected, nothingLeft, ring, sees } from './support/steps.ts'

describe('a page that goes away in mid-call and calls again', () => {
  test('replaces its old call after a reload', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await alice.page.reload()
    await ring(alice, bob)
    await bob.press('Accept')
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
    await nothingLeft(bob)
  })

  test('replaces its old call after a silent reload', async ({ join }) => {
    const heard: string[] = []
    const [alice, bob] = await Promise.all([
      join('alice', { prepare: keepSilent }),
      join('bob', { prepare: (page) => listen(page, heard) }),
    ])
    await connect(alice, bob)

    await alice.page.reload()
    await ring(alice, bob)
    expect(heard.join('\n')).toContain('"type":"offer"')
    expect(heard.join('\n')).not.toContain('"type":"hang-up"')
    await bob.press('Accept')
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('gets its name at once and replaces its old call after a crash', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)

    await crash(alice)
    const again = await join('alice', { beside: alice })
    await ring(again, bob)
    await openedNothingSince(bob, 1)
    await bob.press('Accept')
    await connected(again, bob)
    await Promise.all([sees(again), sees(bob)])
    await again.press('Hang up')
    await bob.status('Call ended: alice hung up')
    await nothingLeft(bob)
  })
})

/** Checks that this number of cameras and connections was opened, and that all of them are closed. */
async function openedNothingSince(user: User, count: number): Promise<void> {
  await nothingLeft(user)
  expect(await user.page.evaluate(() => [probe.streams.length, probe.connections.length])).toEqual([
    count,
    count,
  ])
}

/** Collects what the page receives from the relay. */
const listen = async (page: Page, heard: string[]) => {
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void heard.push(payload.toString())),
  )
}

/** Prevents the page from doing anything when it is left. */
const keepSilent = (page: Page) =>
  page.addInitScript(() =>
    window.addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true }),
  )

/** Ends the process of the page, as a crash would. */
async function crash({ page }: User): Promise<void> {
  const crashed = page.waitForEvent('crash')
  const devTools = await page.context().newCDPSession(page)
  // There is nobody left to answer.
  devTools.send('Page.crash').catch(() => undefined)
  await crashed
}
