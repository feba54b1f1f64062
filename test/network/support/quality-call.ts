import type { Grade } from 'rxcall'
import type { Quality } from 'rxcall/quality'
import { expect } from 'vitest'
import type { QualityPage } from '../../browser/support/quality-page/main.ts'

declare global {
  var qualityPage: QualityPage
}

/** A page of a browser that Playwright or Puppeteer drives. */
export interface AnyPage {
  evaluate<T>(run: () => T | Promise<T>): Promise<T>
}

export interface Caller {
  readonly name: string
  readonly page: AnyPage
}

/** The address of the page that measures a call, for one of its users. */
export const qualityPath = (name: string, ice: string, peer = 'native'): string =>
  `/?${new URLSearchParams({ name, ice, peer }).toString()}`

export const latest = ({ page }: Caller): Promise<Quality | null> => page.evaluate(() => qualityPage.latest())

/** Alice, who calls, and Bob are connected, and both receive well. */
export async function connectWell(alice: Caller, bob: Caller): Promise<void> {
  const phase = ({ page }: Caller) => page.evaluate(() => qualityPage.client.snapshot$.value.call.phase)
  const online = ({ page }: Caller) =>
    page.evaluate(() => qualityPage.client.snapshot$.value.connection.status)
  await expect
    .poll(() => Promise.all([alice, bob].map(online)), { timeout: 15_000 })
    .toEqual(['online', 'online'])
  await alice.page.evaluate(() => qualityPage.client.call('bob'))
  await expect.poll(() => phase(bob), { timeout: 15_000 }).toBe('ringing')
  await bob.page.evaluate(() => qualityPage.client.accept())
  await Promise.all([becomes(alice, 'receiving', 'good', 20_000), becomes(bob, 'receiving', 'good', 20_000)])
}

/** Resolves with the milliseconds until the grade of that direction was this one. */
export async function becomes(
  caller: Caller,
  direction: 'receiving' | 'sending',
  grade: Grade,
  timeout: number,
): Promise<number> {
  const start = performance.now()
  const message = `${caller.name} is ${direction} ${grade}`
  await expect
    .poll(async () => (await latest(caller))?.[direction], { timeout, interval: 100, message })
    .toBe(grade)
  return Math.round(performance.now() - start)
}

/** What the page measured, and how it was graded, for a failure report. */
export async function logOf({ name, page }: Caller): Promise<string> {
  return `── ${name}\n${(await page.evaluate(() => qualityPage.log())).join('\n')}`
}
