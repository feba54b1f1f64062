import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, hears, made, nothingLeft, sees, write } from './support/steps.ts'

/** What a page records about received pictures, and about the parameters of its senders. */
declare const noted: { readonly sizes: readonly string[]; readonly factors: readonly (number | undefined)[] }

/** How to recognize the connections of each peer: native ones bundle all media from the beginning. */
const bundling = { native: 'max-bundle', 'simple-peer': 'balanced' } as const

describe('the peer in the address of the page', () => {
  test.for([
    ['native', 'simple-peer'],
    ['simple-peer', 'native'],
  ] as const)(
    '%s calls %s, with video, audio and text, until one hangs up',
    async ([ours, theirs], { join }) => {
      const [alice, bob] = await Promise.all([
        join('alice', { path: `/?name=alice&peer=${ours}` }),
        join('bob', { path: `/?name=bob&peer=${theirs}` }),
      ])
      await Promise.all([
        alice.page.getByText(`Peer connections: ${ours}`).waitFor(),
        bob.page.getByText(`Peer connections: ${theirs}`).waitFor(),
      ])
      await connect(alice, bob)

      await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
      await write(alice, bob, `from ${ours}`)
      await write(bob, alice, `answered by ${theirs}`)
      await made(1, alice, bob)
      const policies = await Promise.all(
        [alice, bob].map(({ page }) =>
          page.evaluate(() => probe.connections.map((made) => made.getConfiguration().bundlePolicy)),
        ),
      )
      expect(policies).toEqual([[bundling[ours]], [bundling[theirs]]])

      await bob.press('Hang up')
      await Promise.all([alice.status('Call ended: bob hung up'), bob.status('Call ended: you hung up')])
      await Promise.all([nothingLeft(alice), nothingLeft(bob)])
    },
  )

  test.for(['native', 'simple-peer'])(
    '%s sends small pictures first, and then full size',
    async (peer, { join }) => {
      const prepare = (page: Page) =>
        page.addInitScript(() => {
          const noted = { sizes: [] as string[], factors: [] as (number | undefined)[] }
          Object.assign(globalThis, { noted })
          const noteSize = ({ target }: Event) => {
            if (target instanceof HTMLVideoElement && target.ariaLabel === 'Remote video')
              noted.sizes.push(`${target.videoWidth} x ${target.videoHeight}`)
          }
          document.addEventListener('resize', noteSize, { capture: true })
          const setParameters = Reflect.get(RTCRtpSender.prototype, 'setParameters')
          RTCRtpSender.prototype.setParameters = async function (parameters) {
            await setParameters.call(this, parameters)
            noted.factors.push(parameters.encodings[0]?.scaleResolutionDownBy)
          }
        })
      const users = [
        await join('alice', { path: `/?name=alice&peer=${peer}`, prepare }),
        await join('bob', { path: `/?name=bob&peer=${peer}`, prepare }),
      ] as const
      await connect(...users)
      await Promise.all(users.map((user) => sees(user)))
      for (const { page } of users) {
        await page.waitForFunction(() => noted.factors.at(-1) === 1)
        expect(await page.evaluate(() => noted.factors)).toEqual([2, 1])
        // A busy encoder scales down further by itself; unscaled, the first picture could be 1280 x 720.
        expect(['640 x 360', '480 x 270', '320 x 180']).toContain(await page.evaluate(() => noted.sizes[0]))
      }
    },
  )

  test('is simple-peer by default, and also if the named peer is unknown, which is reported', async ({
    open,
    join,
  }) => {
    const alice = await join('alice')
    await alice.page.getByText('Peer connections: simple-peer').waitFor()

    const bob = await open('bob', { path: '/?name=bob&peer=carrier-pigeon' })
    await bob.alert(
      'The peer in the address of this page is not used: it is neither "native" nor "simple-peer".',
    )
    await bob.press('Join')
    await bob.status('Ready to call')
    await bob.page.getByText('Peer connections: simple-peer').waitFor()
  })
})
