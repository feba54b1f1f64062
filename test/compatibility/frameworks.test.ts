import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { callInExample, hangUpInExample } from '../browser/support/example-call.ts'
import { servePages } from '../browser/support/serve-pages.ts'

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

    await callInExample(alice, bob)
    await alice.press('Mute')
    await alice.button('Unmute').waitFor()
    await hangUpInExample(alice, bob)
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
