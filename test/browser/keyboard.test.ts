import type { Locator } from 'playwright-core'
import { describe } from 'vitest'
import { test, type User } from './support/browser-test.ts'

describe('without a mouse', () => {
  test('somebody joins, calls, writes, mutes and hangs up', async ({ open }) => {
    const [alice, bob] = [await open('alice'), await open('bob')]
    for (const user of [alice, bob]) {
      await focused(user, user.page.getByRole('textbox', { name: 'Your name' }))
      await user.page.keyboard.type(user.name)
      await user.page.keyboard.press('Enter')
      await user.status('Ready to call')
    }

    await alice.button('Call bob').waitFor()
    await tabTo(alice, alice.button('Call bob'))
    // Presses once more than needed, as people do. The second press has no effect.
    await alice.page.keyboard.press('Enter')
    await focused(alice, alice.page.getByRole('group', { name: 'Call controls' }))
    await alice.page.keyboard.press('Enter')
    await bob.status('alice is calling')
    await focused(bob, bob.button('Accept'))
    await bob.page.keyboard.press('Enter')
    await Promise.all([alice.status('Connected to bob'), bob.status('Connected to alice')])
    await bob.page.keyboard.press('Space')
    await bob.status('Connected to alice')

    await tabTo(alice, alice.page.getByRole('textbox', { name: 'Message' }))
    await alice.page.keyboard.type('by keyboard')
    await alice.page.keyboard.press('Enter')
    await bob.page.getByText('by keyboard').waitFor()

    await tabTo(bob, bob.button('Mute microphone'))
    await bob.page.keyboard.press('Space')
    await focused(bob, bob.button('Unmute microphone'))

    await tabTo(bob, bob.button('Hang up'))
    await bob.page.keyboard.press('Enter')
    await alice.status('Call ended: bob hung up')
  })
})

/** More than any of the pages has. */
const mostStops = 30

/** Presses Tab until `target` has the focus. */
async function tabTo(user: User, target: Locator): Promise<void> {
  for (let stop = 0; stop < mostStops; stop++) {
    if (await hasFocus(target)) return
    await user.page.keyboard.press('Tab')
  }
  throw new Error(`${user.name} does not get to ${String(target)} with Tab`)
}

const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement)

async function focused({ page }: User, target: Locator): Promise<void> {
  const element = await target.elementHandle()
  await page.waitForFunction((element) => element === document.activeElement, element)
}
