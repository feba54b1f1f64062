import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { OpenOptions, User } from '../../browser/support/browser-test.ts'
import type { TurnServer } from './turn-server.ts'

export type PeerKind = 'native' | 'simple-peer'

/** Has somebody join whose only path to others is the TURN server. */
export function joinRelayed(
  join: (name: string, options: OpenOptions) => Promise<User>,
  name: string,
  { ice }: Pick<TurnServer, 'ice'>,
  peer: PeerKind,
  options: OpenOptions = {},
): Promise<User> {
  const path = `/?${new URLSearchParams({ name, peer, ice }).toString()}`
  return join(name, { ...options, path, prepare: relayOnly })
}

/** Whatever is configured, every connection of the page takes relayed candidates only. */
const relayOnly = (page: Page) =>
  page.addInitScript(() => {
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' })
      }
    }
  })

/** Resolves once ten pictures more have come in over one connection, be it a new one. */
export async function flowsAgain({ name, page }: User, timeout: number): Promise<void> {
  const before = await page.evaluate(() => probe.framesOfEach())
  const more = async () => {
    const now = await page.evaluate(() => probe.framesOfEach())
    return now.some((count, i) => count >= (before[i] ?? 0) + 10)
  }
  await expect.poll(more, { timeout, interval: 50, message: `${name} has pictures again` }).toBe(true)
}

/** Resolves once no picture has come in for a second. */
export async function standsStill({ name, page }: User): Promise<void> {
  let last = { frames: -1, at: 0 }
  const still = async () => {
    const frames = (await page.evaluate(() => probe.framesOfEach())).reduce((sum, count) => sum + count, 0)
    if (frames !== last.frames) last = { frames, at: performance.now() }
    return performance.now() - last.at > 1_000
  }
  await expect.poll(still, { timeout: 10_000, message: `${name} has no pictures any more` }).toBe(true)
}

/** What the status of the page says, each time it says something else; printed when the test is over. */
export async function logStatus(...users: readonly User[]): Promise<() => readonly string[]> {
  const start = performance.now()
  const log: string[] = []
  for (const { name, page } of users) {
    const say = (text: string) =>
      void log.push(`${((performance.now() - start) / 1000).toFixed(1)} s ${name}: ${text}`)
    await page.exposeFunction('sayStatus', say)
    await page.evaluate(() => {
      const status = document.querySelector('[role=status]')
      if (!status) throw new Error('the page has no status')
      const tell = () => {
        const { sayStatus } = globalThis as unknown as { sayStatus: (text: string) => void }
        sayStatus(status.textContent)
      }
      new MutationObserver(tell).observe(status, { childList: true, characterData: true, subtree: true })
      tell()
    })
  }
  onTestFinished(() => console.log(log.join('\n')))
  return () => log
}
