import { describe, expect } from 'vitest'
import { firefoxContext } from './support/connect-browser.ts'
import { pressIn, saysIn } from './support/firefox.ts'
import { test } from './support/network-test.ts'
import { connect, sees } from './support/steps.ts'
import { phasesOf, traceOf } from './support/streams.ts'

/** The delay between the page and its relay, each way, in milliseconds. */
const SLOW_MS = 100

describe('an ordinary hang-up', () => {
  test.for([
    ['simple-peer', 'native'],
    ['native', 'simple-peer'],
  ] as const)(
    'shows no interruption on the other side if the relay is slow: from %s to %s',
    async ([from, to], { line, join }) => {
      const alice = await join('alice', { by: await line(SLOW_MS), path: `/?name=alice&peer=${to}` })
      const bob = await join('bob', { path: `/?name=bob&peer=${from}` })
      for (const [caller, callee] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        await connect(caller, callee)
        await sees(alice)
        await bob.press('Hang up')
        await alice.status('Call ended: bob hung up')
        const phases = ['connecting', 'connected', 'ended']
        expect(withoutRepeats(phasesOf(await traceOf(alice))).slice(-3)).toEqual(phases)
      }
    },
  )

  test('shows no interruption if Firefox hangs up', async ({ relay, line, join }) => {
    const alice = await join('alice', { by: await line(SLOW_MS) })
    const bob = await (await firefoxContext()).newPage()
    await bob.goto(`${relay.url}/?name=bob`)
    await alice.press('Call bob')
    await saysIn(bob, 'alice is calling')
    await pressIn(bob, 'Accept')
    await Promise.all([alice.status('Connected to bob'), saysIn(bob, 'Connected to alice')])
    await pressIn(bob, 'Hang up')
    await alice.status('Call ended: bob hung up')
    expect(withoutRepeats(phasesOf(await traceOf(alice)))).toEqual([
      'idle',
      'calling',
      'connecting',
      'connected',
      'ended',
    ])
  })
})

const withoutRepeats = (phases: readonly string[]) =>
  phases.filter((phase, place) => phase !== phases[place - 1])
