import { createCallClient } from 'rxcall'
import { socketIoSignaling } from 'rxcall/socket.io'
import { fakeMedia } from 'rxcall/testing'
import { NEVER } from 'rxjs'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { systemEnv } from '../../src/core/ports/index.ts'
import { patience, test } from '../browser/support/browser-test.ts'
import { servePages } from '../browser/support/serve-pages.ts'

/** How many listeners the window has, by their events. */
async function windowListeners(page: Page): Promise<Readonly<Record<string, number>>> {
  const session = await page.context().newCDPSession(page)
  const { result } = await session.send('Runtime.evaluate', { expression: 'window' })
  const { listeners } = await session.send('DOMDebugger.getEventListeners', {
    objectId: result.objectId ?? '',
  })
  await session.detach()
  const count: Record<string, number> = {}
  for (const { type } of listeners) count[type] = (count[type] ?? 0) + 1
  return count
}

/** Has the page count its open WebSockets. */
const watchSockets = (page: Page) =>
  page.addInitScript(() => {
    const sockets: WebSocket[] = []
    Object.assign(globalThis, {
      openSockets: () => sockets.filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
      WebSocket: class extends WebSocket {
        constructor(url: string | URL, protocols?: string | string[]) {
          super(url, protocols)
          sockets.push(this)
        }
      },
    })
  })

test('twenty mounts under StrictMode lose no name, socket or listener', async ({ open }) => {
  const server = await servePages('test/compatibility/support', ['mounting'])
  onTestFinished(() => server.stop())
  const { url } = server
  const bob = createCallClient({
    signaling: socketIoSignaling({ url, name: 'bob', outsideBrowser: true }),
    peer: { open: () => NEVER },
    media: fakeMedia('bob', systemEnv),
  })
  onTestFinished(() => bob.close())
  const bobSees = (...users: readonly string[]) =>
    expect.poll(() => bob.roster$.value, { timeout: patience }).toEqual(users)

  const { page } = await open('alice', { by: { url }, path: '/mounting/', prepare: watchSockets })
  await page.waitForFunction(() => 'mounting' in globalThis)
  const before = await windowListeners(page)
  for (let count = 0; count < 20; count++) {
    await page.evaluate(() => mounting.mount())
    await Promise.all([page.getByText('online').waitFor(), bobSees('alice')])
    await page.evaluate(() => mounting.unmount())
    await bobSees()
  }
  expect(await page.evaluate('openSockets()')).toBe(0)
  expect(await windowListeners(page)).toEqual(before)
})
