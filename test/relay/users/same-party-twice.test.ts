import { Subject, VirtualTimeScheduler } from 'rxjs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { socketIoSignaling } from '../../../src/adapters/socket-io-signaling.ts'
import type { OutgoingMessage, SignalingEvent } from '../../../src/core/index.ts'
import { connect, randomId, startRelay } from '../support/relay-fixture.ts'

const waiting = { timeout: 5000, interval: 5 }

/** A client of the relay at `url`, whose waits end when the test decides. */
function clientOf(url: string, claim: { readonly party: string; readonly secret: string }) {
  const scheduler = new VirtualTimeScheduler()
  const events: SignalingEvent[] = []
  const options = { url, name: 'alice', ...claim, outsideBrowser: true, scheduler, random: () => 0 }
  const subscription = socketIoSignaling(options)
    .connect(new Subject<OutgoingMessage>())
    .subscribe((event) => events.push(event))
  onTestFinished(() => subscription.unsubscribe())
  const last = () => events.at(-1)
  return {
    events,
    online: () => vi.waitFor(() => expect(last()).toMatchObject({ type: 'roster' }), waiting),
    lost: () => vi.waitFor(() => expect(last()).toMatchObject({ type: 'connecting', error: {} }), waiting),
    /** Runs the wait for the next try, the only timer of a client that was lost, and returns its length. */
    wait: () => {
      const before = scheduler.now()
      scheduler.maxFrames = scheduler.actions[0]?.delay ?? 0
      scheduler.flush()
      return scheduler.now() - before
    },
  }
}

it('two clients that claim the same party take turns every few seconds, and remain one user', async () => {
  const { url } = await startRelay()
  const bob = await connect(url, 'bob')
  const claim = { party: randomId(), secret: randomId() }
  const first = clientOf(url, claim)
  await first.online()
  const second = clientOf(url, claim)
  await second.online()

  const waits: number[] = []
  for (let turn = 0; turn < 14; turn++) {
    const [loser, winner] = turn % 2 === 0 ? [first, second] : [second, first]
    await loser.lost()
    waits.push(loser.wait())
    await loser.online()
    await winner.lost()
  }
  expect(waits).toEqual([0, 300, 1200, 2700, 4800, 7000, 7000].flatMap((ms) => [ms, ms]))
  expect(bob.changes).toEqual([
    { type: 'all', users: [] },
    { type: 'joined', user: 'alice' },
  ])
})

it('two clients of one user with different parties stay', async () => {
  const { url } = await startRelay()
  const secret = randomId()
  const first = clientOf(url, { party: randomId(), secret })
  await first.online()
  const second = clientOf(url, { party: randomId(), secret })
  await second.online()
  const bob = await connect(url, 'bob')
  for (const { events } of [first, second]) {
    await vi.waitFor(() => expect(events.at(-1)).toEqual({ type: 'roster', users: [bob.self.user] }))
    expect(events.map(({ type }) => type)).toEqual(['connecting', 'online', 'roster', 'roster'])
  }
})
