import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from './support/axe.ts'
import { test, type User } from './support/browser-test.ts'
import { away } from './support/network-test.ts'
import { connect, ring, write } from './support/steps.ts'

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]
const schemes = ['light', 'dark'] as const
/** The narrowest page width that nothing may overflow, in CSS pixels. */
const narrowest = { width: 360, height: 740 }
/** A phone on its side, a window at 200 %, and the smallest phone. */
const tight = [
  { width: 667, height: 375 },
  { width: 640, height: 400 },
  { width: 320, height: 568 },
]

describe('every phase is accessible in all sizes and colour schemes', () => {
  test('joining', async ({ open, join }) => {
    const alice = await open('alice')
    await audit(alice, 'the join form')

    await alice.press('Join')
    await alice.alert('This name cannot be used.')
    await audit(alice, 'a name that cannot be used')

    const second = await join('bob')
    await audit(second, 'the empty lobby')
  })

  test('a call, from the lobby to its end', async ({ join }) => {
    const [alice, bob] = await Promise.all([
      join('alice', { prepare: withholdSelect }),
      join('bob', { prepare: withholdSelect }),
    ])
    await alice.button('Call bob').waitFor()
    await audit(alice, 'the lobby')

    await ring(alice, bob)
    await audit(alice, 'calling')
    await audit(bob, 'ringing')

    await bob.press('Accept')
    await bob.status('Connecting…')
    await audit(bob, 'connecting')
    await bob.press('Hang up')
    await bob.status('Call ended')
    await audit(bob, 'ended')
  })

  test('the connection being set up', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await audit(alice, 'connected')
    await write(alice, bob, 'a text')
    await write(bob, alice, 'an answer')
    await alice.press('Mute microphone')
    await alice.press('Turn camera off')
    await audit(alice, 'muted, with texts')
    await alice.press('Choose devices')
    await audit(alice, 'the choice of devices')
    await alice.page.keyboard.press('Escape')
    await alice.press('Share screen')
    await bob.page.getByText('alice shares the screen').waitFor()
    await alice.press('Hold')
    await bob.page.getByText('alice has put you on hold').waitFor()
    await audit(alice, 'sharing the screen, and holding')
    await audit(bob, 'on hold')
  })

  test('an unreachable relay, and a call that was answered elsewhere', async ({ relay, join }) => {
    const expected = away
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    const second = await join('bob', { beside: bob, expected })
    await Promise.all([ring(alice, bob), second.status('alice is calling')])
    await bob.press('Accept')
    await second.status('Answered elsewhere')
    await audit(second, 'answered elsewhere')

    const carol = await join('carol', { expected })
    await ring(carol, second)
    await relay.stop()
    for (const { page } of [bob, second]) await page.getByText('Reconnecting to the relay…').waitFor()
    await audit(second, 'ringing while the relay is away')
    await audit(bob, 'connected while the relay is away')
    await bob.press('Hang up')
    await audit(bob, 'ended while the relay is away')
  })

  test('a missing camera', async ({ join }) => {
    const alice = await join('alice', { devices: 'no-camera' })
    await join('bob')
    await alice.press('Call bob')
    await alice.alert('No camera or microphone was found.')
    await audit(alice, 'an error')
  })
})

/** Prevents a callee from connecting. */
const withholdSelect = (page: Page) =>
  page.routeWebSocket(/socket\.io/, (client) => {
    const server = client.connectToServer()
    server.onMessage((message) => {
      if (!message.includes('"type":"select"')) client.send(message)
    })
  })

/**
 * Fails if axe finds a problem, or if the page is wider than the window. Also fails if a control of the call is covered
 * or out of sight. Buttons must have a boundary in forced colours.
 */
async function audit({ page }: User, what: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect(await violations(page), `${what}, ${size.width} px, ${colorScheme}`).toEqual([])
    }
  }
  await page.setViewportSize(narrowest)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width, `the width of ${what}`).toBeLessThanOrEqual(narrowest.width)
  for (const size of tight) {
    await page.setViewportSize(size)
    expect(await page.evaluate(outOfReach), `${what}, ${size.width} × ${size.height}`).toEqual([])
  }
  await page.emulateMedia({ forcedColors: 'active' })
  expect(await page.evaluate(withoutBoundary), `${what}, in forced colours`).toEqual([])
  await page.emulateMedia({ forcedColors: 'none' })
}

/** The call's controls that cannot be pressed at some point of their area. */
function outOfReach(): string[] {
  const controls = document.querySelectorAll('[role="group"][aria-label="Call controls"] > button')
  return [...controls].flatMap((control) => {
    const { left, top, width, height } = (control.firstElementChild ?? control).getBoundingClientRect()
    // Round controls are tested only up to their edge.
    const points = [0.5, 0.05, 0.95].flatMap((at) => [
      [left + width * at, top + height / 2] as const,
      [left + width / 2, top + height * at] as const,
    ])
    // Ignore what the user has opened on top, because they can close it.
    const isReached = (there: Element | null) => control.contains(there) || there?.closest('[popover]')
    const covered = points.filter(([x, y]) => !isReached(document.elementFromPoint(x, y)))
    return covered.length > 0 ? [`${control.ariaLabel ?? ''} at ${covered.join(' and ')}`] : []
  })
}

/** The buttons without a boundary, either around the button or around its disc. */
function withoutBoundary(): string[] {
  const isDrawn = (element: Element) => {
    const { borderTopWidth, borderTopStyle } = getComputedStyle(element)
    return borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) > 0
  }
  return [...document.querySelectorAll('button')]
    .filter((button) => button.checkVisibility() && ![button, ...button.children].some(isDrawn))
    .map((button) => button.ariaLabel ?? button.innerText)
}
