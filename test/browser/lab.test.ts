import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import {
  decodeScene,
  encodeScene,
  formatDivergence,
  play,
  replay,
  runScene,
  startScenes,
  type Scene,
} from 'rxcall/testing'
import { changeMessage } from '../../src/ui/lab/model/edits.ts'
import { violations } from './support/axe.ts'
import { test, type User } from './support/browser-test.ts'
import { serveFolder } from './support/serve-folder.ts'

const demo = fileURLToPath(new URL('../../server/dist/demo', import.meta.url))
const answer = { from: 1, to: 0, type: 'answer', nth: 1 } as const
/** A dump of a caller whom nobody answered. */
const unanswered = {
  PeerConnections: {
    '7-1': {
      updateLog: [{ type: 'setLocalDescription', value: '{"type":"offer","sdp":"v=0"}', timestamp: 1 }],
    },
  },
}
const plain: Scene = startScenes[0].scene

/** Resolves once the page shows a run with this hash. */
const shows = (page: Page, { hash }: { readonly hash: string }) =>
  page.locator('.foot code', { hasText: hash }).waitFor()

/** The scene in the address, once the page has written one that gives this run. */
async function sceneInAddress({ page }: User, hash: string): Promise<Scene> {
  await page.waitForFunction(() => location.hash.length > 1)
  let found: Scene | undefined
  await expect
    .poll(() => {
      const decoded = decodeScene(new URL(page.url()).hash)
      found = decoded.ok ? decoded.scene : undefined
      return found && runScene(found).hash
    })
    .toBe(hash)
  if (!found) throw new Error('no scene in the address')
  return found
}

const message = (page: Page, name: RegExp) => page.getByRole('button', { name })

describe('the lab', () => {
  test('runs every scene as Node does, and shares it by its address', async ({ open }) => {
    const first = await open('first', { path: '/lab/' })
    const second = await open('second', { path: '/lab/' })
    await shows(first.page, runScene(plain))
    for (const { id, scene, says } of startScenes.slice(1)) {
      await first.page.getByRole('combobox', { name: 'Scene' }).selectOption(id)
      const run = runScene(scene)
      await shows(first.page, run)
      await first.page.getByText(says).waitFor()
      const address = `#${encodeScene(scene)}`
      await first.page.waitForFunction((address) => location.hash === address, address)
      await second.page.evaluate((address) => void (location.hash = address), address)
      await shows(second.page, run)
      await second.page.getByText(says).waitFor()
    }
  })

  test('loses an answer by keyboard, and is back by undo', async ({ open }) => {
    const user = await open('user', { path: '/lab/' })
    const { page } = user
    const lost = runScene(changeMessage(plain, answer, { does: 'lose' }))
    await message(page, /^bob’s answer to alice/).press('l')
    await shows(page, lost)
    await user.status('bob’s answer is lost; alice and bob connect after 2.04 s')
    expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('answer')
    await sceneInAddress(user, lost.hash)

    await page.keyboard.press('Control+z')
    await shows(page, runScene(plain))
    await page.keyboard.press('Control+Shift+Z')
    await shows(page, lost)
    await user.press('Start over')
    await shows(page, runScene(plain))
  })

  test('loses a message that is dragged off, and delays one that is dragged along', async ({ open }) => {
    const user = await open('user', { path: '/lab/' })
    const { page } = user
    await drag(page, message(page, /^bob’s answer to alice/), 0, 90)
    await shows(page, runScene(changeMessage(plain, answer, { does: 'lose' })))
    await user.press('Undo')

    await drag(page, message(page, /^bob’s answer to alice/), 60, 0)
    await message(page, /^bob’s answer to alice.*delayed by/).waitFor()
    const delayed = await page.locator('.foot code').innerText()
    const { messages } = await sceneInAddress(user, delayed)
    expect(messages).toEqual([{ ...answer, does: 'delay', ms: expect.any(Number) as number }])
  })

  test('moves an action by keyboard and pointer, edits and removes it', async ({ open }) => {
    const user = await open('user', { path: '/lab/' })
    const { page } = user
    const accept = page.getByRole('button', { name: /^bob: Accept/ })
    await accept.press('ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('button', { name: 'bob: Accept, at 1.21 s' }).waitFor()
    await drag(page, accept, -60, 0)
    await expect.poll(() => accept.getAttribute('aria-label')).not.toContain('1.21 s')

    await accept.press('Enter')
    await page.getByLabel('At, in ms').fill('2000')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'bob: Accept, at 2 s' }).waitFor()
    await accept.press('Delete')
    await accept.waitFor({ state: 'detached' })
    await user.status('bob: Accept is removed')
  })

  test('lets one write a scene with the buttons of the phones', async ({ open }) => {
    const user = await open('user', { path: '/lab/' })
    const { page } = user
    for (const name of [/^alice: Hang up/, /^bob: Accept/, /^alice: Call bob/])
      await page.getByRole('button', { name }).press('Delete')
    const [alice, bob] = ['alice', 'bob'].map((name) => page.getByLabel(`Phone of ${name}`, { exact: true }))
    if (!alice || !bob) throw new Error('no phones')
    const slider = page.getByRole('slider', { name: 'Time', exact: true })
    await slider.press('Home')
    await alice.getByRole('button', { name: 'Call bob' }).click()
    await alice.getByText('Calling bob…').waitFor()
    await slider.press('Shift+ArrowRight')
    await bob.getByText('alice is calling').waitFor()
    await bob.getByRole('button', { name: 'Accept' }).click()
    for (let i = 0; i < 5; i++) await slider.press('Shift+ArrowRight')
    await alice.getByText('Connected to bob').waitFor()
    await alice.getByLabel('Message').fill('hello')
    await alice.getByRole('button', { name: 'Send' }).click()
    await bob.getByRole('button', { name: 'Mute' }).click()
    await slider.press('Shift+ArrowRight')
    await bob.getByText('hello').waitFor()
    await alice.getByText('bob has muted the microphone').waitFor()
  })

  test('offers each message a menu, and adds faults', async ({ open }) => {
    const user = await open('user', { path: '/lab/' })
    const { page } = user
    await message(page, /^bob’s answer to alice/).press('Enter')
    await page.getByLabel('Delay by').fill('700')
    await page.keyboard.press('Enter')
    await shows(page, runScene(changeMessage(plain, answer, { does: 'delay', ms: 700 })))
    await message(page, /^bob’s answer to alice/).click()
    await user.press('Deliver as usual')
    await shows(page, runScene(plain))

    await user.press('Add a fault')
    await user.press('Relay restarts')
    await page.getByRole('button', { name: /^Relay restarts, at/ }).waitFor()
    await user.press('Show as test')
    await page.getByRole('dialog').getByText("from 'rxcall/testing'").waitFor()
  })

  test('opens the first scene and says why if the address is wrong', async ({ open }) => {
    const user = await open('user', { path: '/lab/#scene=nonsense' })
    await user.alert('The address')
    await shows(user.page, runScene(plain))
    await user.page.evaluate(() => void (location.hash = `scene=${'a'.repeat(9_000)}`))
    await user.alert('8192')
    await shows(user.page, runScene(plain))
  })
})

test('the simulator finds a bug, and opens it as a scene that has the bug', async ({ open }) => {
  const user = await open('user', { path: '/lab/' })
  const { page } = user
  await page.getByRole('tab', { name: 'Simulator' }).click()
  await page.getByLabel('Bug').selectOption('leaves-the-camera-on')
  await user.press('Simulate')
  await user.press('Open as scene')
  await user.alert('releases-everything is broken')
  await page.waitForFunction(() => location.hash.endsWith('&bug=leaves-the-camera-on'))

  const other = await open('other', { path: `/lab/${new URL(page.url()).hash}` })
  await other.alert('releases-everything is broken')
  await other.press('Switch it off')
  await other.page.getByText('is broken').first().waitFor({ state: 'detached' })
})

test('watches a log of another tab, and adds the other side by its code', async ({ open }) => {
  const [one, two] = ['1', '2'].map((digit) => digit.repeat(32))
  const user = await open('user', { path: `/lab/#watch=${one ?? ''}` })
  const sharing = await open('sharing', { path: '/lab/', beside: user })
  const logs = runScene(plain).clients.map(({ log }) => JSON.stringify(log))
  await sharing.page.evaluate(
    ([codes, logs]) =>
      codes.forEach((code, side) => {
        const channel = new BroadcastChannel(`rxcall-log-${code ?? ''}`)
        const log: unknown = JSON.parse(logs[side] ?? '')
        const share = () => channel.postMessage({ type: 'change', change: { type: 'log', log } })
        channel.addEventListener('message', share)
        share()
      }),
    [[one, two], logs] as const,
  )
  const { page } = user
  await page.getByRole('heading', { name: 'Watching one side of a call' }).waitFor()
  const events = page.getByText(/^\d+ events$/)
  const count = () => events.innerText().then((text) => Number.parseInt(text, 10))
  await expect.poll(count).toBeGreaterThan(10)
  const before = await count()

  await page.getByLabel('Code or link of the other side').fill('no code')
  await user.press('Watch')
  await user.alert('This is not a code.')
  await page.getByLabel('Code or link of the other side').fill(`${sharing.page.url()}#watch=${two ?? ''}`)
  await user.press('Watch')
  await page.getByRole('heading', { name: 'Watching 2 sides of a call' }).waitFor()
  await expect.poll(count).toBeGreaterThan(before)
  expect(await violations(page)).toEqual([])
})

test('reads a dump that is dropped on it, and says what went wrong', async ({ open }) => {
  const user = await open('user', { path: '/lab/' })
  const { page } = user
  await page.getByRole('tab', { name: 'Dump' }).click()
  await page.getByLabel('Choose a dump').setInputFiles({
    name: 'dump.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(JSON.stringify(unanswered)),
  })
  await page.getByText('The offer got no answer.').waitFor()
  await page.getByRole('tab', { name: 'Lanes' }).click()
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['{}'], 'other.json'))
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }))
  })
  await page.getByText('This file is not a dump').waitFor()
  expect(await violations(page)).toEqual([])
})

test('shows where a replay differs, by the address that a failed test prints', async ({ open }) => {
  const { traces } = play({ alice: { does: { 30: { type: 'call', user: 'bob' } } }, bob: {} })
  const altered = (traces.alice ?? []).map((entry) =>
    entry.type === 'timer-set' ? { ...entry, ms: entry.ms + 1 } : entry,
  )
  const fragment = /#excerpt=\S+/.exec(formatDivergence(replay(altered).divergence))?.[0]
  const { page } = await open('user', { path: `/lab/${fragment ?? ''}` })
  await page.getByRole('heading', { name: 'Where a replay differs' }).waitFor()
  await page.locator('rxcall-inspector').waitFor()
  await page.evaluate(() => void (location.hash = '#excerpt=rubbish'))
  await page.getByRole('alert').waitFor()
})

describe('the page of the lab', () => {
  test('works in any folder without a relay, and connects to nobody', async ({ relay, open }) => {
    expect((await fetch(`${relay.url}/lab`, { redirect: 'manual' })).headers.get('location')).toBe('lab/')
    const { url, requests } = await serveFolder(demo, '/some/folder')
    const expected = /Content Security Policy|Failed to fetch/
    const { page } = await open('user', { by: { url }, path: '/lab/', expected })
    await shows(page, runScene(plain))
    const before = requests.length
    expect(requests.every((each) => each.startsWith('/some/folder/'))).toBe(true)

    const refused = await page.evaluate(() => {
      const violated = new Promise<string>((resolve) =>
        addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
      )
      fetch('./index.html').catch(() => undefined)
      return violated
    })
    expect(refused).toBe('connect-src')
    expect(requests).toHaveLength(before)
  })

  test('is accessible in both colour schemes, and on a phone only the timeline scrolls sideways', async ({
    open,
  }) => {
    const { page } = await open('user', { path: '/lab/' })
    await message(page, /^bob’s answer to alice/).press('l')
    for (const size of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(size)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await violations(page), `${size.width} px, ${colorScheme}`).toEqual([])
      }
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowX))
        .filter((each) => each.scrollWidth > each.clientWidth)
        .map(({ className }) => className.split(' ')[0]),
    )
    expect(wide).toEqual(['scroll'])
  })
})

async function drag(page: Page, what: ReturnType<Page['locator']>, dx: number, dy: number): Promise<void> {
  await what.scrollIntoViewIfNeeded()
  const box = await what.boundingBox()
  if (!box) throw new Error('nothing to drag')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx / 2, y + dy / 2)
  await page.mouse.move(x + dx, y + dy)
  await page.mouse.up()
}
