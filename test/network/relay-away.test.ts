import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { away as expected, test } from '../browser/support/network-test.ts'
import { cutOff } from '../browser/support/scenarios.ts'
import {
  connect,
  connected,
  goesOn,
  hears,
  isAway,
  isBack,
  made,
  nothingLeft,
  poll,
  ring,
  sees,
  watches,
  write,
} from '../browser/support/steps.ts'

/** Milliseconds in which something is done that needs nobody else. */
const promptly = { timeout: 2_000 }

describe('a relay that is killed and comes back', () => {
  test('while it rings keeps the call, which is accepted and connects', async ({ relay, join }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await ring(alice, bob)

    await relay.stop()
    await Promise.all([isAway(alice), isAway(bob)])
    await Promise.all([alice.status('Calling bob'), bob.status('alice is calling')])

    await relay.start()
    await Promise.all([isBack(alice), isBack(bob)])
    await Promise.all([alice.status('Calling bob'), bob.status('alice is calling')])
    await bob.press('Accept')
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
  })

  test('while it rings connects a callee who accepted meanwhile, when it is back', async ({
    relay,
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await ring(alice, bob)

    await relay.stop()
    await Promise.all([isAway(alice), isAway(bob)])
    await bob.press('Accept')
    await bob.status('Connecting…')
    await alice.status('Calling bob')

    await relay.start()
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('while it rings ends the call of a caller who gave up at once, and the ringing later', async ({
    relay,
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await ring(alice, bob)

    await relay.stop()
    await Promise.all([isAway(alice), isAway(bob)])
    await alice.press('Hang up')
    await Promise.all([alice.status('Call ended: you cancelled it'), nothingLeft(alice)])
    await bob.status('alice is calling')

    await relay.start()
    await bob.status('Call ended: alice cancelled it')
  })

  test('while it rings, before the caller knows, connects a callee who returns later than the caller', async ({
    relay,
    line,
    join,
  }) => {
    const bobs = await line()
    const wire = withhold('"type":"ringing"')
    const [alice, bob] = await Promise.all([
      join('alice', { prepare: wire.prepare, expected }),
      join('bob', { by: bobs, expected }),
    ])
    await ring(alice, bob)
    await poll(() => Promise.resolve(wire.withheld.length === 1), 'a message that is withheld')

    await Promise.all([relay.stop(), bobs.cut()])
    await isAway(bob)
    await relay.start()
    await poll(
      () => Promise.resolve(wire.heard.some((text) => text.includes('"code":"unreachable"'))),
      'an invite that finds nobody',
    )
    await alice.status('Calling bob')

    await bobs.mend()
    await bob.press('Accept')
    await connected(alice, bob)
  })

  test('right after Accept lets the call connect', async ({ relay, join }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await ring(alice, bob)
    await alice.page.getByText('It is ringing').waitFor()

    await Promise.all([bob.press('Accept'), relay.stop()])
    await relay.start()
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
  })

  test('between accept and answer delivers the answer later', async ({ relay, join }) => {
    const [alice, bob] = await Promise.all([
      join('alice', { expected }),
      join('bob', { prepare: holdAnswer, expected }),
    ])
    await ring(alice, bob)
    await bob.press('Accept')
    await Promise.all([alice.status('Connecting…'), bob.status('Connecting…')])

    await relay.stop()
    await Promise.all([isAway(alice), isAway(bob)])
    await bob.page.evaluate(() => dispatchEvent(new Event('answer')))
    await bob.page.waitForFunction(() => probe.connections[0]?.localDescription?.type === 'answer')

    await relay.start()
    await connected(alice, bob)
    await Promise.all([sees(alice), sees(bob)])
    await made(1, alice, bob)
  })

  test('while connected keeps the call and its texts, and delivers the hang-up', async ({ relay, join }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await connect(alice, bob)

    await relay.stop()
    await Promise.all([isAway(alice, goesOn), isAway(bob, goesOn)])
    await Promise.all([watches(alice), watches(bob), hears(alice), hears(bob)])
    await write(alice, bob, 'do you still hear me?')
    await write(bob, alice, 'as if nothing had happened')

    await relay.start()
    await Promise.all([isBack(alice), isBack(bob)])
    await Promise.all([watches(alice), watches(bob)])
    await write(alice, bob, 'there it is again')
    await made(1, alice, bob)

    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
    await connect(alice, bob)
  })

  test("while connected ends the call of a side that hung up, and the other side's later", async ({
    relay,
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice', { expected }), join('bob', { expected })])
    await connect(alice, bob)

    await relay.stop()
    await Promise.all([isAway(alice), isAway(bob)])
    await alice.press('Hang up')
    await Promise.all([alice.status('Call ended: you hung up', promptly), nothingLeft(alice)])

    await relay.start()
    await bob.status('Call ended: alice hung up')
    await nothingLeft(bob)
    expect(await bob.page.getByRole('alert').count()).toBe(0)
    await connect(bob, alice)
  })
})

describe('one side that is cut off from the relay', () => {
  test('stays in its call, while another call keeps ringing', async ({ line, join }) => {
    // Long enough for either side to notice; test/network waits for longer.
    await cutOff({ line, join }, 0)
  })
})

/** Has the page make no answer until an event `answer`. */
const holdAnswer = (page: Page) =>
  page.addInitScript(() => {
    const original: () => Promise<RTCSessionDescriptionInit> = Reflect.get(
      RTCPeerConnection.prototype,
      'createAnswer',
    )
    const released = new Promise<void>((resolve) => addEventListener('answer', () => resolve()))
    Object.assign(RTCPeerConnection.prototype, {
      async createAnswer(this: RTCPeerConnection) {
        await released
        return Reflect.apply(original, this, [])
      },
    })
  })

/** What a page hears from the relay, all but the first message that holds `words`: that is `withheld`. */
function withhold(words: string) {
  const heard: string[] = []
  const withheld: string[] = []
  const prepare = (page: Page) =>
    page.routeWebSocket(/socket\.io/, (client) => {
      const server = client.connectToServer()
      server.onMessage((message) => {
        const text = message.toString()
        if (withheld.length === 0 && text.includes(words)) {
          withheld.push(text)
          return
        }
        client.send(message)
        heard.push(text)
      })
    })
  return { prepare, heard, withheld }
}
