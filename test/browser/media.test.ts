import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { patience, test, type User } from './support/browser-test.ts'
import {
  connect,
  connected,
  hears,
  made,
  nothingLeft,
  poll,
  ring,
  sees,
  sendsNothing,
  watches,
} from './support/steps.ts'

const onHold = 'alice has put you on hold, and does not see or hear you'

const says = ({ page }: User, words: string) => page.getByText(words, { exact: true }).waitFor()
const saysNoMore = ({ page }: User, words: string) =>
  page.getByText(words, { exact: true }).waitFor({ state: 'detached' })

/** Resolves once these are the kinds of all local tracks that are live in the page, in alphabetical order. */
const captures = ({ name, page }: User, ...kinds: ('audio' | 'screen' | 'video')[]) =>
  expect
    .poll(
      () =>
        page.evaluate(() =>
          probe.streams
            .flatMap((stream) => stream.getTracks())
            .filter(({ readyState }) => readyState === 'live')
            .map((track) => (track.getSettings().displaySurface ? 'screen' : track.kind))
            .sort(),
        ),
      { timeout: patience, message: `what ${name} captures` },
    )
    .toEqual(kinds)

/** Resolves once the video of this label fits its frame in this way, and is or is not mirrored. */
const looks = ({ page }: User, label: string, [fit, mirrored]: [fit: string, mirrored: boolean]) =>
  expect
    .poll(
      () =>
        page
          .getByLabel(label)
          .evaluate((video) => [
            getComputedStyle(video).objectFit,
            getComputedStyle(video).transform !== 'none',
          ]),
      { timeout: patience, message: label },
    )
    .toEqual([fit, mirrored])

/** Resolves once the page sends from the device with this id. */
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

/** Makes the sent track of this kind end by itself: stops it, and fires `ended`. */
const end = ({ page }: User, kind: 'audio' | 'video') =>
  page.evaluate((kind) => {
    const track = probe.streams
      .flatMap((stream) => stream.getTracks())
      .findLast((track) => track.kind === kind && track.readyState === 'live')
    track?.stop()
    track?.dispatchEvent(new Event('ended'))
  }, kind)

/** Makes the system mute or unmute the sent track of this kind. */
const interrupt = ({ page }: User, kind: 'audio' | 'video', muted: boolean) =>
  page.evaluate(
    ([kind, muted]) => {
      for (const track of probe.streams.flatMap((stream) => stream.getTracks())) {
        if (track.kind !== kind) continue
        Object.defineProperty(track, 'muted', { value: muted, configurable: true })
        track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'))
      }
    },
    [kind, muted] as const,
  )

/**
 * Chooses the other device of this kind, and resolves with its id once it is shown. Chromium's fake second camera is visible only in
 * the user's own preview, because WebRTC gets no picture from it.
 */
async function chooseOther(user: User, label: 'Camera' | 'Microphone'): Promise<string> {
  const select = user.page.getByRole('combobox', { name: label })
  await user.press('Choose devices')
  const offered = await select
    .locator('option')
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
  const before = await select.inputValue()
  const other = offered.find((id) => id !== before)
  if (other === undefined) throw new Error(`there is one ${label} alone`)
  await select.selectOption(other)
  await poll(async () => (await select.inputValue()) === other, 'the choice is shown')
  await user.page.keyboard.press('Escape')
  await select.waitFor({ state: 'hidden' })
  return other
}

/** Makes the browser refuse the camera from now on. Resolves with a function that allows it again. */
async function refuseCamera({ page }: User): Promise<() => Promise<void>> {
  const allow = await page.evaluateHandle(() => {
    const { mediaDevices } = navigator
    const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
    return () => void (mediaDevices.getUserMedia = getUserMedia)
  })
  return () => allow.evaluate((allow) => allow())
}

/** Makes the browser list devices that share one id, as some browsers do. */
const giveAllOneId = (page: Page) =>
  page.addInitScript(() => {
    const { mediaDevices } = navigator
    const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices)
    mediaDevices.enumerateDevices = async () =>
      (await enumerate()).map(
        ({ kind, label }) => ({ kind, label, deviceId: 'same', groupId: '' }) as MediaDeviceInfo,
      )
  })

const covered = ({ page }: User, side: 'remote' | 'preview') => page.locator(`.${side} .cover`).waitFor()
const uncovered = ({ page }: User, side: 'remote' | 'preview') =>
  page.locator(`.${side} .cover`).waitFor({ state: 'detached' })

describe('sharing the screen', () => {
  test.for([['simple-peer', 'native']] as const)(
    'is seen by the other side, and the camera returns afterwards: %s to %s',
    async ([ours, theirs], { join }) => {
      const [alice, bob] = await Promise.all([
        join('alice', { path: `/?name=alice&peer=${ours}` }),
        join('bob', { path: `/?name=bob&peer=${theirs}` }),
      ])
      await connect(alice, bob)
      await Promise.all([sees(bob), hears(bob)])

      await alice.press('Share screen')
      await Promise.all([says(bob, 'alice shares the screen'), says(alice, 'You share your screen')])
      await sees(bob)
      await captures(alice, 'audio', 'screen')
      await looks(bob, 'Remote video', ['contain', false])
      await looks(alice, 'Local video', ['contain', false])

      await alice.press('Stop sharing')
      await Promise.all([saysNoMore(bob, 'alice shares the screen'), sees(bob), sees(alice, 'Local video')])
      await captures(alice, 'audio', 'video')
      await looks(alice, 'Local video', ['cover', true])
      await made(1, alice, bob)

      await bob.press('Share screen')
      await says(alice, 'bob shares the screen')
      await bob.press('Hang up')
      await Promise.all([alice.status('Call ended: bob hung up'), nothingLeft(alice), nothingLeft(bob)])
    },
  )

  test("can be ended from the browser's own bar", async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await alice.press('Share screen')
    await says(bob, 'alice shares the screen')
    // What the browser does when its own button is pressed.
    await end(alice, 'video')
    await Promise.all([saysNoMore(bob, 'alice shares the screen'), sees(bob)])
    await alice.button('Share screen').waitFor()
    await captures(alice, 'audio', 'video')
  })

  test.for([
    ['Stop sharing', (alice: User) => alice.press('Stop sharing')],
    ['the bar of the browser', (alice: User) => end(alice, 'video')],
  ] as const)('is followed by a camera chosen meanwhile: %s', async ([, stop], { join }) => {
    const [alice, bob] = await Promise.all([join('alice', { devices: 'two-cameras' }), join('bob')])
    await connect(alice, bob)
    await sees(bob)
    await alice.press('Share screen')
    await says(bob, 'alice shares the screen')
    const camera = alice.page.getByRole('combobox', { name: 'Camera' })
    await alice.press('Choose devices')
    expect(await camera.inputValue()).not.toBe('')
    await says(alice, 'Off while you share your screen. This one comes on next.')
    await alice.page.keyboard.press('Escape')

    const chosen = await chooseOther(alice, 'Camera')
    await captures(alice, 'audio', 'screen')
    await stop(alice)
    await Promise.all([saysNoMore(bob, 'alice shares the screen'), sends(alice, 'video', chosen)])
    await sees(alice, 'Local video')
    await captures(alice, 'audio', 'video')
    await alice.press('Choose devices')
    expect(await camera.inputValue()).toBe(chosen)
  })

  test('stops at once, even if the camera cannot be opened', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await alice.press('Share screen')
    await says(bob, 'alice shares the screen')
    await refuseCamera(alice)
    await alice.press('Stop sharing')
    await alice.alert('Camera or microphone is not allowed.')
    await Promise.all([saysNoMore(bob, 'alice shares the screen'), covered(bob, 'remote')])
    await captures(alice, 'audio')
  })

  test('changes nothing when it is cancelled, and reports a refusal of the system until a screen is shared', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    const allow = await alice.page.evaluateHandle(() => {
      const { mediaDevices } = navigator
      const share = mediaDevices.getDisplayMedia.bind(mediaDevices)
      const answers = ['Permission denied by user', 'Permission denied by system']
      mediaDevices.getDisplayMedia = () =>
        Promise.reject(new DOMException(answers.shift(), 'NotAllowedError'))
      return () => void (mediaDevices.getDisplayMedia = share)
    })
    await alice.press('Share screen')
    await alice.button('Share screen').waitFor()
    await sees(bob)
    expect(await alice.page.getByRole('alert').count()).toBe(0)
    await captures(alice, 'audio', 'video')

    await alice.press('Share screen')
    await alice.alert('No screen is shared.')
    await allow.evaluate((allow) => allow())
    await alice.press('Share screen')
    await says(alice, 'You share your screen')
    expect(await alice.page.getByRole('alert').count()).toBe(0)

    await alice.page.getByRole('textbox', { name: 'Message' }).fill('x'.repeat(5000))
    await alice.press('Send')
    await alice.alert('Your message is too long.')
    await alice.page.getByRole('textbox', { name: 'Message' }).fill('in short')
    await alice.press('Send')
    await alice.page.getByRole('alert').waitFor({ state: 'detached' })
  })
})

describe('devices in mid-call', () => {
  test('can be added to an audio call by either side', async ({ join }) => {
    const [alice, bob] = await Promise.all([
      join('alice', { path: '/?name=alice&peer=simple-peer' }),
      join('bob', { path: '/?name=bob&peer=native' }),
    ])
    for (const { page } of [alice, bob]) await page.getByRole('switch', { name: 'Use camera' }).uncheck()
    await ring(alice, bob)
    await bob.press('Accept')
    await connected(alice, bob)
    await Promise.all([hears(alice), hears(bob)])

    await alice.press('Turn camera on')
    await Promise.all([sees(bob), sees(alice, 'Local video')])
    await bob.press('Turn camera on')
    await Promise.all([sees(alice), hears(alice), hears(bob)])
    await made(1, alice, bob)
  })

  test('can be replaced, both microphone and camera', async ({ join }) => {
    const [alice, bob] = await Promise.all([
      join('alice', { devices: 'two-cameras' }),
      join('bob', { prepare: giveAllOneId }),
    ])
    await connect(alice, bob)
    await sees(bob)
    await bob.press('Choose devices')
    await poll(
      async () =>
        (await bob.page.getByRole('combobox', { name: 'Microphone' }).locator('option').count()) > 1,
      'several microphones of one id',
    )
    for (const [label, kind] of [
      ['Camera', 'video'],
      ['Microphone', 'audio'],
    ] as const) {
      await sends(alice, kind, await chooseOther(alice, label))
    }
    await Promise.all([sees(bob), hears(bob), sees(alice, 'Local video')])
    await captures(alice, 'audio', 'video')
    await made(1, alice, bob)
  })

  test('that are unplugged are reported, and the call continues without them', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await sees(bob)
    await end(alice, 'video')
    await alice.alert('A camera or microphone is gone.')
    await hears(bob)
    await alice.press('Turn camera on')
    await sees(bob)
  })

  test('are replaced when a headset is unplugged, and can be turned on again', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await hears(bob)
    await end(alice, 'audio')
    await alice.alert('A camera or microphone is gone.')
    await captures(alice, 'audio', 'video')
    await hears(bob)

    const allow = await refuseCamera(alice)
    await end(alice, 'audio')
    await Promise.all([says(bob, 'alice’s microphone is off'), says(alice, 'Your microphone is off')])
    await allow()
    await alice.press('Turn microphone on')
    await Promise.all([saysNoMore(bob, 'alice’s microphone is off'), hears(bob)])
    await alice.button('Mute microphone').waitFor()
    await made(1, alice, bob)
  })

  test('are shown as interrupted on both sides while the system mutes them', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await sees(bob)
    for (const [kind, device] of [
      ['audio', 'microphone'],
      ['video', 'camera'],
    ] as const) {
      const [own, others] = [
        `Your system has switched off the ${device}`,
        `alice’s system has switched off the ${device}`,
      ]
      await interrupt(alice, kind, true)
      await Promise.all([says(alice, own), says(bob, others)])
      if (kind === 'video') await Promise.all([covered(alice, 'preview'), covered(bob, 'remote')])
      await interrupt(alice, kind, false)
      await Promise.all([saysNoMore(alice, own), saysNoMore(bob, others)])
    }
    await Promise.all([uncovered(bob, 'remote'), sees(bob), hears(bob)])
  })

  test('can be set to the default again after the system changed it', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await hears(bob)
    const select = alice.page.getByRole('combobox', { name: 'Microphone' })
    await alice.press('Choose devices')
    await poll(async () => (await select.inputValue()) === 'default', 'the default is in use')
    await alice.page.evaluate(() => {
      const { mediaDevices } = navigator
      const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices)
      mediaDevices.enumerateDevices = async () =>
        (await enumerate()).map(({ kind, label, deviceId, groupId }) => ({
          kind,
          label: deviceId === 'default' ? 'Default - Headset' : label,
          deviceId,
          groupId,
          toJSON: () => undefined,
        }))
      mediaDevices.dispatchEvent(new Event('devicechange'))
    })
    await select.getByRole('option', { name: 'Default - Headset' }).waitFor({ state: 'attached' })
    const before = await alice.page.evaluate(() => probe.streams.length)
    await select.selectOption('Default - Headset')
    await poll(
      async () => (await alice.page.evaluate(() => probe.streams.length)) > before,
      'the default is opened again',
    )
    await captures(alice, 'audio', 'video')
    await hears(bob)
    await made(1, alice, bob)
  })

  test('return to the first camera when a phone cannot open the second one', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice', { devices: 'two-cameras' }), join('bob')])
    await connect(alice, bob)
    await sees(bob)
    const first = await alice.page.evaluate(() => {
      const { mediaDevices } = navigator
      const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
      const [track] = probe.streams.flatMap((stream) => stream.getVideoTracks())
      mediaDevices.getUserMedia = () => {
        mediaDevices.getUserMedia = getUserMedia
        track?.stop()
        track?.dispatchEvent(new Event('ended'))
        return new Promise((_, reject) => {
          setTimeout(() => reject(new DOMException('gone', 'NotFoundError')))
        })
      }
      return track?.getSettings().deviceId ?? ''
    })
    const select = alice.page.getByRole('combobox', { name: 'Camera' })
    await alice.press('Choose devices')
    const offered = await select
      .locator('option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
    await select.selectOption(offered.find((id) => id !== first) ?? '')
    await alice.page.keyboard.press('Escape')
    await alice.page.getByRole('alert').waitFor()
    expect(await alice.page.getByRole('alert').innerText()).not.toContain('is gone')
    await Promise.all([sends(alice, 'video', first), sees(bob)])
    await alice.button('Turn camera off').waitFor()
    await made(1, alice, bob)
  })
})

describe('the media status on the other side', () => {
  test('shows a hold until the call is resumed, and keeps what was muted', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await Promise.all([sees(bob), hears(bob)])

    await alice.press('Mute microphone')
    await says(bob, 'alice has muted the microphone')
    await alice.press('Hold')
    await Promise.all([
      says(bob, onHold),
      says(alice, 'You have put bob on hold'),
      sendsNothing(alice),
      sendsNothing(bob),
      ...[alice, bob].flatMap((who) => [covered(who, 'remote'), covered(who, 'preview')]),
    ])
    await Promise.all([captures(alice, 'audio', 'video'), captures(bob, 'audio', 'video')])
    await alice.press('Resume')
    await Promise.all([saysNoMore(bob, onHold), sees(bob), sees(alice), hears(alice)])
    await says(bob, 'alice has muted the microphone')
    await alice.press('Unmute microphone')
    await Promise.all([saysNoMore(bob, 'alice has muted the microphone'), hears(bob)])

    // Each side holds separately.
    await bob.press('Hold')
    await alice.press('Hold')
    await says(bob, onHold)
    await bob.press('Resume')
    await Promise.all([saysNoMore(bob, 'You have put alice on hold'), sendsNothing(alice), sendsNothing(bob)])
    await alice.press('Resume')
    await Promise.all([uncovered(alice, 'preview'), sees(bob), sees(alice)])
    await made(1, alice, bob)
  })

  test('shows no shared screen on hold', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await alice.press('Share screen')
    await says(alice, 'You share your screen')
    await alice.press('Hold')
    await Promise.all([
      says(alice, 'You have put bob on hold'),
      saysNoMore(alice, 'You share your screen'),
      covered(alice, 'preview'),
    ])
    await alice.press('Resume')
    await Promise.all([
      says(alice, 'You share your screen'),
      uncovered(alice, 'preview'),
      says(bob, 'alice shares the screen'),
    ])
  })
})

describe('a camera that is turned off', () => {
  test.for([['native', 'simple-peer']] as const)(
    'is closed, shown as off on the other side, and opens again: %s to %s',
    async ([ours, theirs], { join }) => {
      const [alice, bob] = await Promise.all([
        join('alice', { devices: 'two-cameras', path: `/?name=alice&peer=${ours}` }),
        join('bob', { path: `/?name=bob&peer=${theirs}` }),
      ])
      await connect(alice, bob)
      await sees(bob)
      for (let round = 1; round <= 3; round++) {
        const camera = await chooseOther(alice, 'Camera')
        await sends(alice, 'video', camera)
        await alice.press('Turn camera off')
        await Promise.all([
          says(bob, 'alice’s camera is off'),
          covered(bob, 'remote'),
          covered(alice, 'preview'),
        ])
        await captures(alice, 'audio')
        await hears(bob)

        await alice.press('Turn camera on')
        await Promise.all([
          saysNoMore(bob, 'alice’s camera is off'),
          uncovered(bob, 'remote'),
          uncovered(alice, 'preview'),
          sends(alice, 'video', camera),
        ])
        await Promise.all([sees(alice, 'Local video'), hears(bob)])
      }
      await chooseOther(alice, 'Camera')
      await alice.press('Turn camera off')
      await covered(bob, 'remote')
      await alice.press('Turn camera on')
      await watches(bob)
      await captures(alice, 'audio', 'video')
      await made(1, alice, bob)
    },
  )

  test('and then refused leaves the call unchanged, and reports it', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await alice.press('Turn camera off')
    await covered(bob, 'remote')
    const allow = await refuseCamera(alice)
    await alice.press('Turn camera on')
    await alice.alert('Camera or microphone is not allowed.')
    await Promise.all([covered(alice, 'preview'), hears(alice), hears(bob)])
    await connected(alice, bob)

    await allow()
    await alice.press('Turn camera on')
    await Promise.all([sees(bob), uncovered(alice, 'preview')])
  })

  test('while it is being opened, or while it rings, is off from the beginning', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await alice.page.evaluate(() => probe.hold())
    await alice.press('Call bob')
    await alice.press('Turn camera off')
    await alice.button('Turn camera on').waitFor()
    await alice.page.evaluate(() => probe.release())
    await bob.status('alice is calling')
    await captures(alice, 'audio')

    await alice.press('Turn camera on')
    await sees(alice, 'Local video')
    await alice.press('Turn camera off')
    await covered(alice, 'preview')
    await captures(alice, 'audio')

    await bob.page.evaluate(() => probe.hold())
    await bob.press('Accept')
    await bob.press('Turn camera off')
    await bob.button('Turn camera on').waitFor()
    await bob.page.evaluate(() => probe.release())
    await connected(alice, bob)
    await Promise.all([covered(alice, 'remote'), covered(bob, 'remote'), hears(alice), hears(bob)])
    await Promise.all([captures(alice, 'audio'), captures(bob, 'audio')])

    await Promise.all([alice.press('Turn camera on'), bob.press('Turn camera on')])
    await Promise.all([sees(alice), sees(bob), hears(alice), hears(bob)])
    await made(1, alice, bob)
  })

  test.for(['simple-peer', 'native'] as const)(
    'before its first picture does not affect the audio: %s',
    async (peer, { join }) => {
      const [alice, bob] = await Promise.all([
        join('alice', { path: `/?name=alice&peer=${peer}` }),
        join('bob', { path: `/?name=bob&peer=${peer}` }),
      ])
      await ring(alice, bob)
      await alice.press('Turn camera off')
      await bob.press('Accept')
      await connected(alice, bob)
      await Promise.all([covered(bob, 'remote'), hears(bob), hears(alice)])
      await alice.press('Turn camera on')
      await Promise.all([sees(bob), hears(bob)])
    },
  )

  test('on hold stays off after it, and one turned on during a hold is seen only after it', async ({
    join,
  }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    await sees(bob)
    await alice.press('Hold')
    await says(bob, onHold)
    await alice.press('Turn camera off')
    await alice.button('Turn camera on').waitFor()
    await captures(alice, 'audio')
    await alice.press('Resume')
    await says(bob, 'alice’s camera is off')

    await alice.press('Hold')
    await says(bob, onHold)
    await alice.press('Turn camera on')
    await alice.button('Turn camera off').waitFor()
    await captures(alice, 'audio', 'video')
    await Promise.all([covered(alice, 'preview'), covered(bob, 'remote')])
    await alice.press('Resume')
    await Promise.all([sees(bob), uncovered(bob, 'remote')])
  })
})
