import { describe, expect } from 'vitest'
import { test, type User } from './support/browser-test.ts'
import {
  connect,
  connected,
  hears,
  hearsNothing,
  made,
  nothingLeft,
  poll,
  ring,
  sees,
  seesBlack,
} from './support/steps.ts'

const says = ({ page }: User, words: string) => page.getByText(words, { exact: true }).waitFor()
const saysNoMore = ({ page }: User, words: string) =>
  page.getByText(words, { exact: true }).waitFor({ state: 'detached' })

/** The live local tracks of the page, in words. */
const live = ({ page }: User) =>
  page.evaluate(() =>
    probe.streams
      .flatMap((stream) => stream.getTracks())
      .filter(({ readyState }) => readyState === 'live')
      .map((track) => (track.getSettings().displaySurface ? 'screen' : track.kind))
      .sort(),
  )

/** How the video of this label is fitted into its frame, and whether it is a mirror. */
const look = ({ page }: User, label: string) =>
  page
    .getByLabel(label)
    .evaluate((video) => [getComputedStyle(video).objectFit, getComputedStyle(video).transform !== 'none'])

/** Resolves once the page sends from the device of this id. */
const sends = ({ page }: User, kind: string, deviceId: string) =>
  poll(
    () =>
      page.evaluate(
        ([kind, deviceId]) =>
          probe.connections
            .flatMap((connection) => connection.getSenders())
            .some(({ track }) => track?.kind === kind && track.getSettings().deviceId === deviceId),
        [kind, deviceId] as const,
      ),
    `the ${kind} of ${deviceId} is sent`,
  )

describe('sharing the screen', () => {
  test.for([
    ['simple-peer', 'simple-peer'],
    ['native', 'native'],
    ['simple-peer', 'native'],
  ] as const)(
    'is seen by the other side, and the camera comes back: %s to %s',
    async ([ours, theirs], { join }) => {
      const alice = await join('alice', { path: `/?name=alice&peer=${ours}` })
      const bob = await join('bob', { path: `/?name=bob&peer=${theirs}` })
      await connect(alice, bob)
      await Promise.all([sees(bob), hears(bob)])

      await alice.press('Share screen')
      await Promise.all([says(bob, 'alice shares the screen'), says(alice, 'You share your screen')])
      await sees(bob)
      expect(await live(alice)).toEqual(['audio', 'screen'])
      expect(await look(bob, 'Remote video')).toEqual(['contain', false])
      expect(await look(alice, 'Local video')).toEqual(['contain', false])

      await alice.press('Stop sharing')
      await Promise.all([saysNoMore(bob, 'alice shares the screen'), sees(bob), sees(alice, 'Local video')])
      expect(await live(alice)).toEqual(['audio', 'video'])
      expect(await look(alice, 'Local video')).toEqual(['cover', true])
      await made(1, alice, bob)

      await bob.press('Share screen')
      await says(alice, 'bob shares the screen')
      await bob.press('Hang up')
      await Promise.all([alice.status('Call ended: bob hung up'), nothingLeft(alice), nothingLeft(bob)])
    },
  )

  test('ends from the bar of the browser, too', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)
    await alice.press('Share screen')
    await says(bob, 'alice shares the screen')
    // What the browser does when its own button is pressed: the track is stopped, and says so.
    await alice.page.evaluate(() => {
      const track = probe.streams.at(-1)?.getTracks()[0]
      track?.stop()
      track?.dispatchEvent(new Event('ended'))
    })
    await Promise.all([saysNoMore(bob, 'alice shares the screen'), sees(bob)])
    await alice.button('Share screen').waitFor()
    expect(await live(alice)).toEqual(['audio', 'video'])
  })

  test('that is refused changes nothing, and says so', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)
    await alice.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () =>
        Promise.reject(new DOMException('Permission denied by user', 'NotAllowedError'))
    })
    await alice.press('Share screen')
    await alice.alert('No screen is shared.')
    await sees(bob)
    await alice.button('Share screen').waitFor()
    expect(await live(alice)).toEqual(['audio', 'video'])
  })
})

describe('devices in mid-call', () => {
  test.for(['simple-peer', 'native'] as const)(
    'a camera is turned on in a call of sound, by either side: %s',
    async (peer, { join }) => {
      const alice = await join('alice', { path: `/?name=alice&peer=${peer}` })
      const bob = await join('bob', { path: `/?name=bob&peer=${peer}` })
      for (const { page } of [alice, bob]) await page.getByRole('switch', { name: 'Use camera' }).uncheck()
      await ring(alice, bob)
      await bob.page.getByRole('switch', { name: 'Use camera' }).uncheck()
      await bob.press('Accept')
      await connected(alice, bob)
      await Promise.all([hears(alice), hears(bob)])

      await alice.press('Turn camera on')
      await Promise.all([sees(bob), sees(alice, 'Local video')])
      await bob.press('Turn camera on')
      await Promise.all([sees(alice), hears(alice), hears(bob)])
      await made(1, alice, bob)
    },
  )

  test('another microphone and another camera take the place of those in use', async ({ join }) => {
    const alice = await join('alice', { devices: 'two-cameras' })
    const bob = await join('bob')
    await connect(alice, bob)
    await sees(bob)
    for (const [label, kind] of [
      ['Camera', 'video'],
      ['Microphone', 'audio'],
    ] as const) {
      const select = alice.page.getByRole('combobox', { name: label })
      await alice.press('Choose devices')
      const offered = await select
        .locator('option')
        .evaluateAll((options) =>
          options.map((option) => ({ id: (option as HTMLOptionElement).value, name: option.textContent })),
        )
      const before = await select.inputValue()
      const other = offered.find(({ id }) => id !== before)
      if (!other) throw new Error(`there is one ${label} alone: ${JSON.stringify(offered)}`)
      await select.selectOption(other.id)
      await sends(alice, kind, other.id)
      await poll(async () => (await select.inputValue()) === other.id, 'the choice is shown')
      await alice.page.keyboard.press('Escape')
      await select.waitFor({ state: 'hidden' })
    }
    await Promise.all([sees(bob), hears(bob), sees(alice, 'Local video')])
    expect(await live(alice)).toEqual(['audio', 'video'])
    await made(1, alice, bob)
  })

  test('that is pulled out is said, and the call goes on without it', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)
    await sees(bob)
    await alice.page.evaluate(() => {
      const track = probe.streams.at(-1)?.getVideoTracks()[0]
      track?.stop()
      track?.dispatchEvent(new Event('ended'))
    })
    await alice.alert('A camera or microphone is gone.')
    await hears(bob)
    await alice.press('Turn camera on')
    await sees(bob)
  })
})

describe('what the other side is told', () => {
  test('hold: neither seen nor heard, until the call is taken up again; what was muted stays so', async ({
    join,
  }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    await connect(alice, bob)
    await Promise.all([sees(bob), hears(bob)])

    await alice.press('Mute microphone')
    await says(bob, 'alice has muted the microphone')
    await alice.press('Hold')
    await Promise.all([
      says(bob, 'alice has put you on hold'),
      says(alice, 'You have put bob on hold'),
      seesBlack(bob),
      hearsNothing(bob),
    ])
    await alice.press('Resume')
    await Promise.all([saysNoMore(bob, 'alice has put you on hold'), sees(bob)])
    await says(bob, 'alice has muted the microphone')
    await alice.press('Unmute microphone')
    await Promise.all([saysNoMore(bob, 'alice has muted the microphone'), hears(bob)])

    await alice.press('Turn camera off')
    await says(bob, 'alice has turned the camera off')
    await alice.press('Turn camera on')
    await saysNoMore(bob, 'alice has turned the camera off')
  })
})
