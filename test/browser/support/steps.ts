import { expect } from 'vitest'
import { patience, type User } from './browser-test.ts'

/** Makes `caller` call `callee`, and waits until the callee's page rings. */
export async function ring(caller: User, callee: User): Promise<void> {
  await caller.press(`Call ${callee.name}`)
  await callee.status(`${caller.name} is calling`)
}

/** Makes `caller` call `callee`, who accepts. Resolves once both are connected. */
export async function connect(caller: User, callee: User): Promise<void> {
  await ring(caller, callee)
  await callee.press('Accept')
  await connected(caller, callee)
}

/** Makes both press Call in the same millisecond. */
export async function callEachOther(one: User, other: User): Promise<void> {
  await Promise.all([one.button(`Call ${other.name}`).waitFor(), other.button(`Call ${one.name}`).waitFor()])
  const at = Date.now() + 50
  const pressAt = ({ page }: User, { name }: User) =>
    page.evaluate(
      async ([name, at]) => {
        await new Promise((resolve) => setTimeout(resolve, at - Date.now()))
        document.querySelector<HTMLElement>(`button[aria-label="Call ${name}"]`)?.click()
      },
      [name, at] as const,
    )
  await Promise.all([pressAt(one, other), pressAt(other, one)])
}

export async function connected(one: User, other: User): Promise<void> {
  await Promise.all([one.status(`Connected to ${other.name}`), other.status(`Connected to ${one.name}`)])
}

/** Writes a text, and waits until `to` reads it. */
export async function write(from: User, to: User, text: string): Promise<void> {
  await from.page.getByRole('textbox', { name: 'Message' }).fill(text)
  await from.press('Send')
  await to.page.getByText(text, { exact: true }).waitFor()
  expect(await from.page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('')
}

/** Resolves once the video shows something that moves. */
export const sees = async ({ page }: User, label = 'Remote video'): Promise<void> => {
  await page.waitForFunction((label) => probe.isMoving(label), label)
}

const reconnecting = 'Reconnecting to the relay…'
/** What the page says if the relay is away while media flows. */
export const goesOn = `${reconnecting} Your call goes on.`

/** Resolves once the page says that the relay is away. */
export const isAway = ({ page }: User, words = reconnecting): Promise<void> => page.getByText(words).waitFor()

/** Resolves once the page no longer says that. */
export const isBack = ({ page }: User): Promise<void> =>
  page.getByText(reconnecting).waitFor({ state: 'detached' })

/** Goes to another page, and leaves this one to the back/forward cache. */
export async function leaveByLink({ page }: User): Promise<void> {
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
  await page.goto(new URL('/', page.url()).href)
}

/** Returns from there to the same page. */
export async function goBackTo({ page }: User): Promise<void> {
  // Nothing is loaded, so there is no other event to wait for.
  await page.goBack({ waitUntil: 'commit' })
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true)
}

/** Checks that each page has made this number of peer connections. */
export async function made(count: number, ...users: readonly User[]): Promise<void> {
  for (const { page } of users) expect(await page.evaluate(() => probe.connections.length)).toBe(count)
}

/** Checks that the page never opened a camera or a peer connection. */
export async function openedNothing({ page }: User): Promise<void> {
  expect(await page.evaluate(() => [probe.streams.length, probe.connections.length])).toEqual([0, 0])
}

/** Resolves once fifteen more pictures have arrived, which takes a second and a half. Shows that the call goes on. */
export async function watches({ page }: User): Promise<void> {
  const before = await page.evaluate(() => probe.framesDecoded())
  const more = async () => (await page.evaluate(() => probe.framesDecoded())) > before + 15
  await poll(more, 'fifteen pictures more')
}

/** Resolves once the video shows nothing but black. */
export const seesBlack = async ({ page }: User, label = 'Remote video'): Promise<void> => {
  await page.waitForFunction((label) => probe.isBlack(label), label)
}

/** Resolves once the other side is heard. */
export const hears = async ({ page }: User): Promise<void> => {
  await poll(() => page.evaluate(() => probe.isLoud()), 'the other side is heard')
}

/** Resolves once the other side is not heard for a while. */
export const hearsNothing = async ({ page }: User): Promise<void> => {
  await poll(() => page.evaluate(() => probe.isSilent()), 'the other side is silent')
}

/** Resolves once the page has sent neither sound nor picture for a while. */
export const sendsNothing = async ({ name, page }: User): Promise<void> => {
  await poll(() => page.evaluate(() => probe.sendsNothing()), `${name} sends nothing`)
}

/** Resolves once the page has released everything of a call: no live camera, no open connection. */
export async function nothingLeft({ page }: User): Promise<void> {
  await page.waitForFunction(
    () =>
      probe.streams.every((stream) => stream.getTracks().every((track) => track.readyState === 'ended')) &&
      probe.connections.every((connection) => connection.connectionState === 'closed'),
  )
}

/** Asks repeatedly until the answer is yes. Playwright's `waitForFunction` would treat a pending answer as a yes. */
export const poll = (ask: () => Promise<boolean>, what: string): Promise<void> =>
  expect.poll(ask, { timeout: patience, message: what }).toBe(true)
