import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromiumWith } from './support/connect-browser.ts'
import type { InspectorPage } from './support/inspector-page/main.ts'
import { servePage } from './support/serve-page.ts'

declare global {
  var page: InspectorPage
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let server: Awaited<ReturnType<typeof servePage>>

beforeAll(async () => {
  server = await servePage('test/browser/support/inspector-page')
  shared = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
})
afterAll(async () => {
  await shared.page.context().close()
  await server.stop()
})

/** Opens the page in another window. Its test fails if a page reports an error, such as a breach of its policy. */
async function openPage(options = {}, hash = ''): Promise<Page> {
  const { page, errors } = await newPage(options, hash)
  onTestFinished(async () => {
    await page.context().close()
    expect(errors).toEqual([])
  })
  return page
}

async function newPage(options = {}, hash = '') {
  const browser = await chromiumWith()
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, ...options })
  context.setDefaultTimeout(10_000)
  const errors: string[] = []
  context.on('page', (page) => {
    page.on('pageerror', ({ stack = '' }) => errors.push(stack))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
  })
  const page = await context.newPage()
  await page.goto(`${server.url}/${hash}`)
  await page.getByRole('status').first().waitFor()
  return { page, errors }
}

/** The page of all tests that need no other. */
let shared: Awaited<ReturnType<typeof newPage>>

/** Shows the first `count` items of both sides of a call, in a new inspector. */
async function withLogs(count?: number): Promise<Page> {
  const { page, errors } = shared
  await page.evaluate((count) => globalThis.page.renew(count), count)
  await page.getByText(/^\d+ events$/).waitFor()
  onTestFinished(() => expect(errors).toEqual([]))
  return page
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const slider = (page: Page) => page.getByRole('slider', { name: 'Timeline, selected event' })
const details = (page: Page) => page.getByRole('region', { name: 'Selected event' })
const valueOf = (page: Page) => slider(page).getAttribute('aria-valuetext')

/** Resolves once the slider says this. */
const says = (page: Page, text: string | RegExp) => expect.poll(() => valueOf(page)).toMatch(text)

/** Searches, and selects the first match. */
async function find(page: Page, text: string): Promise<void> {
  const search = page.getByRole('searchbox', { name: 'Search events' })
  await search.fill(text)
  await page.getByText(/ events, \d+ found$/).waitFor()
  await search.press('Enter')
}

describe('selecting', () => {
  test('shows the event, its stage, its cause and what it caused, and emits select', async () => {
    const page = await withLogs()
    const selected = page.evaluate(
      () =>
        new Promise((resolve) =>
          globalThis.page
            .inspector()
            .addEventListener('select', (event) =>
              resolve((event as CustomEvent<{ label: string }>).detail.label),
            ),
        ),
    )
    await find(page, 'answered, remote')
    await says(page, 'alice, facts: answered, remote')
    expect(await selected).toBe('answered, remote')
    await details(page).getByText('"by": "remote"').waitFor()

    await details(page).getByRole('button', { name: 'accept (alice, relay in)' }).click()
    await says(page, 'alice, relay in: accept')
    await details(page).getByRole('button', { name: 'accept (bob, relay out)' }).click()
    await says(page, 'bob, relay out: accept')
    expect(await details(page).innerText()).toContain('callee')
    await details(page).getByRole('button', { name: 'accept (alice, relay in)' }).click()
    await says(page, 'alice, relay in: accept')
  })

  test('works by a click in the drawing, and a click again moves on in the same place', async () => {
    const page = await withLogs()
    const canvas = slider(page)
    // Two events then share a place.
    await page.getByRole('button', { name: 'Skip pauses' }).click()
    await canvas.focus()
    await page.keyboard.press('Home')
    await says(page, /connect, 0 ms/)
    const box = await canvas.boundingBox()
    if (!box) throw new Error('the drawing has no box')
    const first = await valueOf(page)
    await page.mouse.click(box.x + 84 + 14, box.y + 26 + 24 + 26 * 2 + 13)
    await says(page, 'alice, relay in: connecting')
    await page.mouse.click(box.x + 84 + 14, box.y + 26 + 24 + 26 * 2 + 13)
    await says(page, 'alice, relay in: online')
    expect(first).not.toBe(await valueOf(page))
  })

  test('works by keyboard in the drawing and in the table, which only screen readers see at first', async () => {
    const page = await withLogs()
    await slider(page).focus()
    await page.keyboard.press('End')
    await says(page, 'bob, relay out: disconnect')
    await page.keyboard.press('ArrowLeft')
    await says(page, 'bob, actions: unsubscribed')
    await page.keyboard.press('ArrowDown')
    await says(page, /bob, relay out/)

    const table = page.getByRole('region', { name: 'Table of events' })
    const current = table.locator('tr[aria-current] button')
    expect((await table.boundingBox())?.width).toBe(1)
    await current.focus()
    expect((await table.boundingBox())?.width).toBeGreaterThan(200)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expect
      .poll(() =>
        table.evaluate((table) => table.contains((table.getRootNode() as ShadowRoot).activeElement)),
      )
      .toBe(true)
    await expect
      .poll(() => current.evaluate((button) => button === (button.getRootNode() as ShadowRoot).activeElement))
      .toBe(true)
    const label = await current.innerText()
    await says(page, label)
    expect(await valueOf(page)).not.toMatch(/^bob, relay out: disconnect/)
  })
})

describe('what is shown', () => {
  test('is filtered by lane, and searched', async () => {
    const page = await withLogs()
    await press(page, 'Lanes')
    for (const lane of ['timers', 'facts']) await page.getByRole('checkbox', { name: lane }).uncheck()
    await page.getByText(/^\d+ of \d+ events$/).waitFor()
    const cells = page.getByRole('region', { name: 'Table of events' }).getByRole('cell')
    expect(await cells.getByText('timers', { exact: true }).count()).toBe(0)
    expect(await cells.getByText('relay in', { exact: true }).count()).toBeGreaterThan(5)
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: 'timers' }).waitFor({ state: 'hidden' })

    await find(page, 'hang-up')
    await says(page, 'alice, actions: hang-up')
    await page.getByRole('searchbox').press('Enter')
    await says(page, 'alice, relay out: hang-up')
    await page.getByRole('searchbox').press('Shift+Enter')
    await says(page, 'alice, actions: hang-up')
  })

  test('fits a phone, and nothing is wider than the window', async () => {
    const page = await withLogs()
    await page.setViewportSize({ width: 360, height: 740 })
    onTestFinished(() => page.setViewportSize({ width: 1_280, height: 800 }))
    await find(page, 'offer')
    for (const button of ['Table', 'Lanes', 'Export']) await press(page, button)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  })

  test('shows any text as text', async () => {
    const page = await withLogs()
    await page.evaluate(() => {
      const marble = {
        id: 0,
        side: 0,
        lane: 'facts',
        at: 5,
        label: '<img src=x>',
        detail: { a: '<b>' },
      } as const
      globalThis.page.inspector().timeline = {
        sides: [{ name: '<i>' }],
        marbles: [marble],
        arrows: [],
        duration: 5,
      }
    })
    await slider(page).focus()
    await page.keyboard.press('Home')
    await details(page).getByRole('heading', { name: '<img src=x>' }).waitFor()
    const tags = await page.evaluate(
      () => globalThis.page.inspector().shadowRoot?.querySelectorAll('img, b, i').length,
    )
    expect(tags).toBe(0)
    await page.getByRole('button', { name: 'Export' }).waitFor({ state: 'hidden' })
  })

  test('has no problem that axe finds, in light, dark and forced colours', async () => {
    const page = await withLogs(40)
    onTestFinished(() => page.emulateMedia({ colorScheme: null, forcedColors: null }))
    await find(page, 'invite')
    for (const button of ['Table', 'Lanes', 'Export']) await press(page, button)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForFunction(
        (isDark) =>
          globalThis.page.inspector().shadowRoot?.querySelector('.root')?.classList.contains('dark') ===
          isDark,
        colorScheme === 'dark',
      )
      expect(await violations(page), colorScheme).toEqual([])
    }
    await page.emulateMedia({ forcedColors: 'active' })
    expect(await violations(page), 'forced colours').toEqual([])
  })
})

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const options: RunOptions = { resultTypes: ['violations'] }
  const found = await page.evaluate(
    (options) =>
      (globalThis as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } }).axe.run(
        options,
      ),
    options,
  )
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`))
}

describe('exporting', () => {
  test('leaves names out unless the user wants them', async () => {
    const page = await withLogs()
    await press(page, 'Export')
    const copied = async () => {
      await press(page, 'Copy as marbles')
      await page.getByText('Copied.').waitFor()
      return page.evaluate(() => navigator.clipboard.readText())
    }
    expect(await copied()).toMatch(/user-1 actions[^]*user-2 sent/)
    await page.getByRole('checkbox', { name: 'Include names' }).check()
    await expect.poll(copied).toMatch(/alice actions[^]*bob sent/)
  })

  test('downloads the trace of the chosen side, and a test', async () => {
    const page = await withLogs()
    await press(page, 'Export')
    await page.getByRole('combobox', { name: 'Side' }).selectOption('bob')
    const downloaded = async (button: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), press(page, button)])
      return { name: download.suggestedFilename(), text: await text(await download.createReadStream()) }
    }
    const trace = await downloaded('Download trace')
    expect(trace.name).toMatch(/^rxcall-[\dT-]+Z?\.jsonl$/)
    const lines = trace.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(lines[0]?.type).toBe('trace')
    expect(trace.text).toContain('"accept"')
    expect(trace.text).not.toMatch(/"(alice|bob)"/)
    const file = await downloaded('Download as test')
    expect(file.name).toMatch(/\.test\.ts$/)
    expect(file.text).toContain(`it("replays the recorded call"`)
  })

  test('refuses a test of an incomplete log, and says why', async () => {
    const page = await withLogs()
    await page.evaluate(() => {
      const { inspector, playedLogs } = globalThis.page
      inspector().logs = playedLogs().map((log) => ({
        ...log,
        items: log.items.slice(40),
        isIncomplete: true,
      }))
    })
    await press(page, 'Export')
    expect(await page.getByRole('button', { name: 'Download as test' }).isDisabled()).toBe(true)
    await page.getByText('The log is incomplete').waitFor()
    expect(await page.getByRole('button', { name: 'Download trace' }).isEnabled()).toBe(true)
  })
})

describe('a live call', () => {
  test('is followed on both sides, here and in a second tab', async () => {
    const page = await openPage()
    await page.evaluate(() => {
      const { inspector, liveCall } = globalThis.page
      const clients = liveCall()
      inspector().inspection = clients.map(({ inspection }) => inspection)
      Object.assign(globalThis, { clients: clients.map(({ client }) => client) })
    })
    const act = (index: number, method: 'call' | 'accept' | 'hangUp', ...args: string[]) =>
      page.evaluate(
        ([index, method, args]) => {
          const { clients } = globalThis as unknown as {
            clients: Record<string, (...args: string[]) => void>[]
          }
          clients[index]?.[method]?.(...args)
        },
        [index, method, args] as const,
      )
    const rowIn = (page: Page, event: string, side: string) =>
      page
        .getByRole('row')
        .filter({ has: page.getByRole('button', { name: event, exact: true }), hasText: side })
        .first()
        .waitFor({ state: 'attached' })

    await act(0, 'call', 'bob')
    await rowIn(page, 'ringing', 'bob')
    await press(page, 'Export')
    const [viewer] = await Promise.all([
      page.context().waitForEvent('page'),
      press(page, 'Watch in another tab'),
    ])
    await viewer.waitForLoadState()
    expect(viewer.url()).toMatch(/\/#watch=[0-9a-f]{32},[0-9a-f]{32}$/)
    await rowIn(viewer, 'ringing', 'bob')

    await act(1, 'accept')
    for (const each of [page, viewer])
      for (const side of ['alice', 'bob']) await rowIn(each, 'connected', side)
    await press(viewer, 'Pause')
    await viewer.getByRole('button', { name: 'Follow' }).waitFor()
    await find(viewer, 'accept')
    await says(viewer, 'bob, actions: accept')
    await act(0, 'hangUp')
    await viewer.getByRole('searchbox').fill('ended, hung-up')
    await viewer.getByText(/ events, [1-9]\d* found$/).waitFor()
    await says(viewer, 'bob, actions: accept')
  })

  test('is not followed while the element is out of the page', async () => {
    const page = await withLogs()
    const counts = await page.evaluate(() => {
      const inspector = globalThis.page.inspector()
      inspector.logs = undefined
      let subscribers = 0
      const counts: number[] = []
      const [log] = globalThis.page.playedLogs()
      const { Observable } = globalThis.page
      inspector.inspection = {
        change$: new Observable((subscriber) => {
          subscribers++
          if (log) subscriber.next({ type: 'log', log })
          return () => subscribers--
        }),
      }
      counts.push(subscribers)
      inspector.remove()
      counts.push(subscribers)
      document.body.append(inspector)
      counts.push(subscribers)
      inspector.logs = []
      counts.push(subscribers)
      return counts
    })
    expect(counts).toEqual([1, 0, 1, 0])
  })

  test('is shown without being asked for, once a client of the page inspects it', async () => {
    const page = await openPage()
    await page.evaluate(() => void globalThis.page.liveCall())
    await page.getByText(/^[1-9]\d* events$/).waitFor()
  })
})

test('a viewer ignores what is not a log', async () => {
  const page = await openPage({}, `#watch=${'0'.repeat(32)}`)
  await page.evaluate(() => {
    const channel = new BroadcastChannel(`rxcall-log-${'0'.repeat(32)}`)
    const [log] = globalThis.page.playedLogs()
    const post = (change: unknown) => channel.postMessage({ type: 'change', change })
    for (const rubbish of [null, 5, 'log', { type: 'log' }, { type: 'log', log: { items: [{}] } }])
      post(rubbish)
    post({ type: 'log', log })
    post({ type: 'item', item: { type: 'crossing', entry: { at: 1, type: 'message-sent' } } })
  })
  await page.getByText(/^\d+ events$/).waitFor()
  const marbles = () =>
    page.evaluate(() => globalThis.page.timelineOf(globalThis.page.playedLogs().slice(0, 1)).marbles.length)
  await page.getByText(`${await marbles()} events`, { exact: true }).waitFor()
})

test('the playhead follows the attribute', async () => {
  const page = await withLogs()
  await page.evaluate(() => globalThis.page.inspector().setAttribute('at', '900'))
  expect(await page.evaluate(() => globalThis.page.inspector().at)).toBe(900)
  await page.evaluate(() => globalThis.page.inspector().removeAttribute('at'))
  expect(await page.evaluate(() => globalThis.page.inspector().at)).toBeUndefined()
})
