import { describe, expect } from 'vitest'
import { test, type User } from './support/browser-test.ts'
import { connect, sees } from './support/steps.ts'

/** Has the page's connection say that it is in this state, whatever it is in. */
const pretend = ({ page }: User, state: RTCPeerConnectionState) =>
  page.evaluate((state) => {
    const connection = probe.connections.at(-1)
    if (!connection) throw new Error('there is no connection')
    Object.defineProperty(connection, 'connectionState', { value: state, configurable: true })
    connection.dispatchEvent(new Event('connectionstatechange'))
  }, state)

describe('a call that is interrupted', () => {
  test.for(['simple-peer', 'native'] as const)(
    'keeps its last picture, and shows the next one that comes: %s',
    async (peer, { join }) => {
      const alice = await join('alice', { path: `/?name=alice&peer=${peer}` })
      const bob = await join('bob')
      await connect(alice, bob)
      await sees(alice)
      const still = alice.page.locator('.remote canvas')
      expect(await still.isVisible()).toBe(false)

      await pretend(alice, 'disconnected')
      await alice.status('Connection interrupted')
      await still.waitFor()
      await alice.page.getByText(/^It usually comes back by itself · up to [1-3] s more$/).waitFor()

      await pretend(alice, 'connected')
      await alice.status('Connected to bob')
      await still.waitFor({ state: 'hidden' })
      await sees(alice)
    },
  )

  test('says what is being tried, and how long for', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)
    await sees(alice)
    await pretend(alice, 'failed')
    await alice.status('Reconnecting, try 1')
    const left = alice.page.getByRole('timer', { name: 'Time left for this' })
    await left.filter({ hasText: 'up to 14 s more' }).waitFor()
    await left.filter({ hasText: 'up to 13 s more' }).waitFor()
    expect(await alice.page.getByRole('status').innerText()).not.toContain('more')
    await pretend(alice, 'connected')
    await alice.status('Connected to bob')
    expect(await left.count()).toBe(0)
  })
})
