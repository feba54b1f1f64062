import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { oldestBrowsers } from '../../scripts/lint/browsers/oldest.js'
import { root } from '../../scripts/lib/run.js'
import { test } from './support/browser-test.ts'

const message = (page: Page) => page.getByText('This page has not started.')

describe('a browser that is too old shows a message', () => {
  test('when it cannot parse the script of the page', async ({ open }) => {
    const unreadable = { contentType: 'text/javascript', body: 'const a = /(?<!/' }
    const { page } = await open('alice', {
      prepare: (page) => page.route('**/assets/*.js', (route) => route.fulfill(unreadable)),
      expected: /Invalid regular expression/,
    })
    await message(page).waitFor()
    const oldest = oldestBrowsers(root)
    const text = await message(page).innerText()
    for (const name of ['chrome', 'edge', 'firefox', 'safari'] as const) {
      expect(text.toLowerCase()).toContain(name)
      expect(text).toContain(oldest.get(name))
    }
    expect(oldest.get('safari_ios')).toBe(oldest.get('safari'))
  })

  test.for([
    ['Object.hasOwn', () => Reflect.deleteProperty(Object, 'hasOwn')],
    [
      'connectionState',
      () => {
        // The tests' own subclass inherits it.
        let holder: object | null = RTCPeerConnection.prototype
        for (; holder !== null; holder = Reflect.getPrototypeOf(holder))
          Reflect.deleteProperty(holder, 'connectionState')
      },
    ],
  ] as const)('when it lacks %s', async ([, lack], { open }) => {
    const { page } = await open('alice', { prepare: (page) => page.addInitScript(lack) })
    await message(page).waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
  })
})

test('a browser that is new enough shows no message', async ({ open }) => {
  const { page } = await open('alice')
  await page.getByRole('textbox', { name: 'Your name' }).waitFor()
  expect(await message(page).count()).toBe(0)
})
