import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { ring } from './support/steps.ts'

/** Makes the page behave as if loaded over plain http from another machine. */
const loadInsecurely = (page: Page) =>
  page.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }))

describe('joining', () => {
  test('with a name shows who else is online, and without https says that calls are impossible', async ({
    open,
  }) => {
    const alice = await open('alice')
    await alice.page.getByRole('textbox', { name: 'Your name' }).fill('alice')
    await alice.press('Join')
    await alice.status('Ready to call')
    await alice.page.getByText('Nobody else is here yet').waitFor()

    const bob = await open('bob', { prepare: loadInsecurely })
    await bob.alert('This page can make no calls at its present address.')
    await bob.page.getByRole('textbox', { name: 'Your name' }).fill('bob')
    await bob.press('Join')
    await Promise.all([alice.button('Call bob').waitFor(), bob.button('Call alice').waitFor()])
    await bob.alert('This page can make no calls at its present address.')
    expect(await bob.button('Call alice').isDisabled()).toBe(true)
    await bob.page.close()
    await alice.page.getByText('Nobody else is here yet').waitFor()
  })

  test('with a taken name says so, and lets the user choose another', async ({ open, join }) => {
    const alice = await join('alice')
    const second = await open('bob', { path: '/?name=alice' })
    await second.alert('Somebody else has this name.')
    expect(await second.page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('alice')

    await second.page.getByRole('textbox', { name: 'Your name' }).fill('bob')
    await second.press('Join')
    await second.status('Ready to call')
    await ring(alice, second)
  })

  test('with the same name in another tab makes both tabs ring as one user', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    const second = await join('bob', { beside: bob })
    await ring(alice, bob)
    await second.status('alice is calling')
  })

  test('works without storage', async ({ join }) => {
    const forbid = (page: Page) =>
      page.addInitScript(() =>
        Object.defineProperty(window, 'localStorage', {
          get: () => {
            throw new DOMException('forbidden', 'SecurityError')
          },
        }),
      )
    const alice = await join('alice', { prepare: forbid })
    await alice.page.reload()
    await alice.status('Ready to call')
  })

  test('without a name asks for one', async ({ open }) => {
    const alice = await open('alice')
    await alice.press('Join')
    await alice.alert('This name cannot be used.')
  })

  test('shows a name as text, including markup', async ({ join }) => {
    const [alice, mark] = await Promise.all([join('alice'), join('<b>Ma"rk</b> & Co.')])
    await ring(alice, mark)
    await alice.status('Calling <b>Ma"rk</b> & Co.')
    await mark.press('Decline')
    await alice.status('Call ended: <b>Ma"rk</b> & Co. declined')
  })
})
