import type { MediaStatus } from 'rxcall'
import { filter, startWith, switchMap, take } from 'rxjs'
import { describe, expect } from 'vitest'
import { nothingLeft, test, type Participant } from './support/call-test.ts'
import { frames, loudness, type SeenFrame } from './support/received-media.ts'
import { screenSize } from './support/synthetic-media.ts'
import { until } from './support/until.ts'

const sound = { audio: true, video: false }
const isBright = ({ brightest }: SeenFrame) => brightest > 150
const isScreen = ({ width, height }: SeenFrame) => width === screenSize[0] && height === screenSize[1]
const isCamera = (frame: SeenFrame) => !isScreen(frame) && isBright(frame)

/** Resolves once `who` is told that the other side sends this. */
const told = (who: Participant, audio: MediaStatus['audio'], video: MediaStatus['video'], held = false) =>
  until(
    who.client.remoteMedia$,
    (media) => media?.audio === audio && media.video === video && media.held === held,
    `${who.name} is told ${audio} ${video} ${held ? 'held' : ''}`,
  )
/** The remote stream, and again when it gets a track. */
const received = ({ client }: Participant) =>
  client.event$.pipe(
    filter((event) => event.type === 'peer' && event.event.type === 'track-added'),
    startWith(undefined),
    switchMap(() => client.remoteStream$.pipe(take(1))),
  )
/** Resolves once `who` sees such a picture of the other side. */
const sees = (who: Participant, isSo: (frame: SeenFrame) => boolean, what: string) =>
  until(frames(received(who)), isSo, `${who.name} sees ${what}`)
const isLoud = (loudest: number) => loudest > 1000
const hears = (who: Participant) => until(loudness(received(who)), isLoud, `${who.name} hears the other side`)

/** Resolves once no packet of sound or picture has gone out for a second. */
async function sendsNothing({ name, webRtc }: Participant): Promise<void> {
  const [connection] = webRtc.connections
  let [before, since] = [-1, performance.now()]
  await expect
    .poll(
      async () => {
        const stats = [...((await connection?.getStats()) ?? new Map<string, unknown>()).values()]
        const packets = (stats as RTCOutboundRtpStreamStats[])
          .filter(({ type }) => (type as string) === 'outbound-rtp')
          .reduce((total, { packetsSent = 0 }) => total + packetsSent, 0)
        if (packets !== before) [before, since] = [packets, performance.now()]
        return packets > 0 && performance.now() - since > 1000
      },
      { timeout: 10_000, message: `${name} sends nothing` },
    )
    .toBe(true)
}

describe('media in mid-call', () => {
  for (const [ours, theirs] of [
    ['simple-peer', 'simple-peer'],
    ['native', 'native'],
    ['simple-peer', 'native'],
    ['native', 'simple-peer'],
  ] as const) {
    for (const who of ['caller', 'callee'] as const) {
      test(`are changed by the ${who} when ${ours} calls ${theirs}`, async ({ join }) => {
        const alice = await join('alice', { peer: ours })
        const bob = await join('bob', { peer: theirs })
        alice.client.call('bob', { media: sound })
        await bob.phase('ringing')
        bob.client.accept({ media: sound })
        await Promise.all([alice.phase('connected'), bob.phase('connected')])
        const [near, far] = who === 'caller' ? [alice, bob] : [bob, alice]
        await Promise.all([hears(near), hears(far), told(far, 'on', 'off'), told(near, 'on', 'off')])

        near.client.media({ video: true })
        await Promise.all([told(far, 'on', 'camera'), sees(far, isCamera, 'the camera')])
        expect(await near.phase('connected')).toMatchObject({ media: { audio: true, video: true } })
        near.client.media({ video: 'screen' })
        await Promise.all([told(far, 'on', 'screen'), sees(far, isScreen, 'the screen')])
        near.client.media({ video: true, audio: false })
        await Promise.all([told(far, 'off', 'camera'), sees(far, isCamera, 'the camera again')])
        expect(near.camera.live().map(({ kind }) => kind)).toEqual(['video'])
        near.client.media({ video: false, audio: true })
        await Promise.all([told(far, 'on', 'off'), hears(far), hears(near)])
        expect(near.camera.live().map(({ kind }) => kind)).toEqual(['audio'])

        near.client.hangUp()
        await Promise.all([near.phase('ended'), far.phase('ended')])
        await Promise.all([near, far].map(nothingLeft))
        expect([...near.errors, ...far.errors]).toEqual([])
        expect([near.webRtc.made(), far.webRtc.made()]).toEqual([1, 1])
      })
    }
  }

  test.for([
    ['simple-peer', 'simple-peer'],
    ['native', 'native'],
    ['simple-peer', 'native'],
  ] as const)(
    'are not sent on hold, either way, and return afterwards: %s to %s',
    async ([ours, theirs], { join }) => {
      const [alice, bob] = [await join('alice', { peer: ours }), await join('bob', { peer: theirs })]
      alice.client.call('bob')
      await bob.phase('ringing')
      bob.client.accept()
      await Promise.all([sees(bob, isCamera, 'the camera'), hears(bob)])

      alice.client.mute('audio', true)
      alice.client.hold(true)
      await Promise.all([
        told(bob, 'muted', 'camera', true),
        told(alice, 'on', 'camera'),
        sendsNothing(alice),
        sendsNothing(bob),
      ])
      expect([alice, bob].map(({ camera }) => camera.live().length)).toEqual([2, 2])
      expect(await bob.phase('connected')).toMatchObject({ remote: { user: 'alice' } })

      alice.client.hold(false)
      await Promise.all([
        told(bob, 'muted', 'camera'),
        sees(bob, isCamera, 'the camera again'),
        sees(alice, isCamera, 'the camera again'),
        hears(alice),
      ])
      alice.client.mute('audio', false)
      await Promise.all([told(bob, 'on', 'camera'), hears(bob)])
      expect([alice.webRtc.made(), bob.webRtc.made()]).toEqual([1, 1])
    },
  )

  test('can be changed before the answer', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    alice.client.call('bob', { media: sound })
    await bob.phase('ringing')
    alice.client.media({ video: 'screen' })
    bob.client.media({ video: false })
    await until(alice.client.localMedia$, (media) => media?.video === 'screen', 'alice shares the screen')
    bob.client.accept()
    await Promise.all([
      told(bob, 'on', 'screen'),
      sees(bob, isScreen, 'the screen'),
      told(alice, 'on', 'off'),
      hears(alice),
    ])
    expect(bob.camera.requests).toEqual([sound])
  })
})
