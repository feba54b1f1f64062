import { describe, expect } from 'vitest'
import { test, type User } from './support/browser-test.ts'
import { connect, poll, sees } from './support/steps.ts'

/** Makes the page's connection report this state, whatever its real state is. */
const pretend = ({ page }: User, state: RTCPeerConnectionState) =>
  page.evaluate((state) => {
    const connection = probe.connections.at(-1)
    if (!connection) throw new Error('there is no connection')
    Object.defineProperty(connection, 'connectionState', { value: state, configurable: true })
    connection.dispatchEvent(new Event('connectionstatechange'))
  }, state)

describe('a call that is interrupted', () => {
  test.for(['simple-peer', 'native'] as const)(
    'keeps its last picture until the next one arrives: %s',
    async (peer, { join }) => {
      const [alice, bob] = await Promise.all([
        join('alice', { path: `/?name=alice&peer=${peer}` }),
        join('bob'),
      ])
      await connect(alice, bob)
      await sees(alice)
      const still = alice.page.locator('.remote canvas')
      expect(await still.isVisible()).toBe(false)

      await pretend(alice, 'failed')
      await alice.status('Reconnecting, try 1')
      await still.waitFor()

      await pretend(alice, 'connected')
      await alice.status('Connected to bob')
      await still.waitFor({ state: 'hidden' })
      await sees(alice)
    },
  )

  test('says what is being tried, and for how long', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await sees(alice)
    await pretend(alice, 'failed')
    await alice.status('Reconnecting, try 1')
    const left = alice.page.getByRole('timer', { name: 'Time left for this' })
    const seconds = async () => Number(/\d+/.exec(await left.innerText())?.[0])
    const atFirst = await seconds()
    expect(atFirst).toBeLessThanOrEqual(15)
    await poll(async () => (await seconds()) < atFirst, 'the time passes')
    await alice.page.getByText(/^Looking for another way to bob · up to \d+ s more$/).waitFor()
    expect(await alice.page.getByRole('status').innerText()).not.toContain('more')
    await pretend(alice, 'connected')
    await alice.status('Connected to bob')
    expect(await left.count()).toBe(0)
  })
})
