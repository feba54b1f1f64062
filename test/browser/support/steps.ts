import { expect } from 'vitest'
import { patience, type User } from './browser-test.ts'

/** Has `caller` call `callee`, and waits until it rings there. */
export async function ring(caller: User, callee: User): Promise<void> {
  await caller.press(`Call ${callee.name}`)
  await callee.status(`${caller.name} is calling`)
}

/** Has `caller` call `callee`, who accepts; resolves once both are connected. */
export async function connect(caller: User, callee: User): Promise<void> {
  await ring(caller, callee)
  await callee.press('Accept')
  await connected(caller, callee)
}

export async function connected(one: User, other: User): Promise<void> {
  await Promise.all([one.status(`Connected to ${other.name}`), other.status(`Connected to ${one.name}`)])
}

/** Writes a text, and waits until `to` reads it. */
export async function write(from: User, to: User, text: string): Promise<void> {
  await from.page.getByRole('textbox', { name: 'Message' }).fill(text)
  await from.press('Send')
  await to.page.getByText(text, { exact: true }).waitFor()
}

/** Resolves once the video shows something that moves. */
export const sees = async ({ page }: User, label = 'Remote video'): Promise<void> => {
  await page.waitForFunction((label) => probe.isMoving(label), label)
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

/** Resolves once the page holds nothing of a call any more: no live camera, no open connection. */
export async function nothingLeft({ page }: User): Promise<void> {
  await page.waitForFunction(
    () =>
      probe.streams.every((stream) => stream.getTracks().every((track) => track.readyState === 'ended')) &&
      probe.connections.every((connection) => connection.connectionState === 'closed'),
  )
}

/** Asks until the answer is yes. What a page answers later, its own `waitForFunction` would take for a yes. */
export const poll = (ask: () => Promise<boolean>, what: string): Promise<void> =>
  expect.poll(ask, { timeout: patience, message: what }).toBe(true)
