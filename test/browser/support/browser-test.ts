import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { test as base } from 'vitest'
import type { Devices } from './chromium.ts'
import { chromiumWith } from './connect-browser.ts'
import { startDemoRelay, type DemoRelay } from './demo-relay.ts'
import { installProbe } from './probe.ts'

/** A user at a page, in a separate browser profile unless it shares another user's. */
export interface User {
  readonly name: string
  readonly page: Page
  button(name: string | RegExp): Locator
  press(button: string): Promise<void>
  /** Resolves once the status says this. */
  status(text: string, within?: { readonly timeout: number }): Promise<void>
  /** Resolves once an alert says this. */
  alert(text: string): Promise<void>
}

export interface OpenOptions {
  readonly devices?: Devices
  /** A different browser from the one that everybody else uses. */
  readonly browser?: Browser
  /** The user whose browser profile to share: the page is another tab of it. */
  readonly beside?: User
  /** The path below the relay's address. */
  readonly path?: string
  /** An address to use instead of the relay's own. */
  readonly by?: { readonly url: string }
  readonly context?: BrowserContextOptions
  /** Runs before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>
  /** Errors in the page's console that belong to the test. */
  readonly expected?: RegExp
}

interface Fixtures {
  /** A relay for this test alone. */
  readonly relay: DemoRelay
  /** Opens the page for somebody. */
  readonly open: (name: string, options?: OpenOptions) => Promise<User>
  /** Opens the page by a link that joins at once; resolves in the lobby. */
  readonly join: (name: string, options?: OpenOptions) => Promise<User>
}

/** Milliseconds that a page may take for one step. */
export const patience = 15_000

/**
 * A test with a relay, and users at its demo in a real browser. It also fails on errors that a page reports. A failure
 * includes the console and the text of each page.
 */
export const test = base.extend<Fixtures>({
  relay: async ({ task: _ }, use) => {
    const relay = await startDemoRelay()
    await use(relay)
    await relay.stop()
  },

  open: async ({ relay, task }, use) => {
    const users: (User & { readonly errors: readonly string[] })[] = []
    await use(async (name, options = {}) => {
      const user = await openPage(
        options.browser ?? (await chromiumWith(options.devices)),
        relay,
        name,
        options,
      )
      users.push(user)
      return user
    })
    const errors = users.flatMap(({ name, errors }) => errors.map((error) => `${name}: ${error}`))
    const failed = task.result?.state === 'fail'
    const pages = failed ? await Promise.all(users.map(describe)) : []
    await Promise.all([...new Set(users.map(({ page }) => page.context()))].map((each) => each.close()))
    if (failed || errors.length > 0)
      throw new Error([`errors in the pages: ${errors.join('\n') || 'none'}`, ...pages].join('\n\n'))
  },

  join: async ({ open }, use) => {
    await use(async (name, options) => {
      const user = await open(name, { path: `/?name=${encodeURIComponent(name)}`, ...options })
      await user.status('Ready to call')
      return user
    })
  },
})

async function openPage(browser: Browser, { url }: DemoRelay, name: string, options: OpenOptions) {
  const context = options.beside?.page.context() ?? (await browser.newContext(options.context))
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  const errors: string[] = []
  const report = (text: string) => {
    if (!options.expected?.test(text)) errors.push(text)
  }
  // A syntax error has no stack.
  page.on('pageerror', ({ stack = '', message }) => report(stack === '' ? message : stack))
  page.on('console', (message) => {
    if (message.type() === 'error') report(`${message.text()} (${message.location().url})`)
  })
  await page.addInitScript(installProbe)
  await options.prepare?.(page)
  await page.goto((options.by?.url ?? url) + (options.path ?? '/'))

  const button = (text: string | RegExp) => page.getByRole('button', { name: text, exact: true })
  const says = (role: 'status' | 'alert', text: string) => page.getByRole(role).filter({ hasText: text })
  return {
    name,
    page,
    errors,
    button,
    press: (text: string) => button(text).click(),
    status: (text: string, within?: { readonly timeout: number }) => says('status', text).waitFor(within),
    alert: (text: string) => says('alert', text).waitFor(),
  }
}

async function describe({ name, page }: User): Promise<string> {
  if (page.isClosed()) return `── ${name}: the page is closed`
  const text = await page.innerText('body').catch(String)
  return `── ${name}, ${page.url()}\n${text}`
}
