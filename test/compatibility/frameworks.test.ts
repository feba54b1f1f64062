import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { servePages } from '../browser/support/serve-pages.ts'
import { hears, nothingLeft, sees } from '../browser/support/steps.ts'

const names = ['react', 'vue', 'svelte', 'custom-element']
let server: Awaited<ReturnType<typeof servePages>> | undefined
beforeAll(async () => {
  server = await servePages('examples', names)
})
afterAll(() => server?.stop())

describe.each(names)('the example %s', (name) => {
  test('makes a call with sound, picture, chat and mute', async ({ open }) => {
    if (!server) throw new Error('the examples are not served')
    const by = { url: server.url }
    const alice = await open('alice', { by, path: `/${name}/?name=alice` })
    const bob = await open('bob', { by, path: `/${name}/?name=bob` })

    await alice.press('Call bob')
    await bob.status('ringing alice')
    await bob.press('Accept')
    await Promise.all([alice.status('connected bob'), bob.status('connected alice')])
    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])

    await bob.page.getByRole('textbox', { name: 'Message' }).fill('hello from a framework')
    await bob.press('Send')
    await alice.page.getByText('remote: hello from a framework').waitFor()
    await alice.press('Mute')
    await alice.button('Unmute').waitFor()

    await alice.press('Hang up')
    await bob.status('ended alice')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
    await bob.button('Call alice').waitFor()
    expect(await bob.page.getByRole('alert').innerText()).toBe('')
  })
})

test('an example that is opened without a name asks for one', async ({ open }) => {
  if (!server) throw new Error('the examples are not served')
  for (const name of names) {
    const prepare = (page: Page) =>
      Promise.resolve(page.on('dialog', (dialog) => void dialog.accept(`${name}-user`)))
    const user = await open(name, { by: { url: server.url }, path: `/${name}/`, prepare })
    const other = await open('other', { by: { url: server.url }, path: `/${name}/?name=other` })
    await other.button(`Call ${name}-user`).waitFor()
    await Promise.all([user.page.close(), other.page.close()])
  }
})
