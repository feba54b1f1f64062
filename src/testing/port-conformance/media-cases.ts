import type { CaptureRequest } from '../../core/ports/index.ts'
import { insist, pause } from '../conformance/waiting.ts'
import { refusal, rule, type MediaCase } from './media-rule.ts'
import type { Watched } from './media-watch.ts'

const both: CaptureRequest = { audio: true, video: true }
const microphone: CaptureRequest = { audio: true, video: false }
const camera: CaptureRequest = { audio: false, video: true }
const screen: CaptureRequest = { audio: false, video: 'screen' }

/**
 * The contract of `MediaPort` as a suite of rules, for your own adapter. Runs on the real clock, and takes about
 * three seconds.
 *
 * @example
 * it.for(mediaCases)('my media port $name', async ({ run, skipReason }, { skip }) => {
 *   const world = { port: myMedia() }
 *   const reason = skipReason(world)
 *   if (reason !== null) skip(reason)
 *   await run(world)
 * })
 */
export const mediaCases: readonly MediaCase[] = [
  rule(
    'requests devices synchronously on subscribing, and not before',
    ['requests'],
    ({ port, requests }, { capture }) => {
      void port.capture(both)
      insist(requests() === 0, 'it requests devices before anybody has subscribed')
      capture(both)
      insist(requests() > 0, 'it has requested nothing when subscribing returns')
    },
  ),

  rule('emits one stream with a live track of each requested kind', [], async (_, { capture }) => {
    for (const request of [both, microphone, camera]) await insistOneStream(capture(request), request)
  }),

  rule('captures a screen as a single video track', ['sharesScreens'], async (_, { capture }) => {
    await insistOneStream(capture(screen), screen)
  }),

  rule('stops every track on unsubscribing', [], async (_, { capture }) => {
    const held = capture(both)
    const tracks = (await held.nth(1)).getTracks()
    held.stop()
    insist(tracks.every(isStopped), `${kindsOf(tracks.filter(isLive))} is live after unsubscribing`)
  }),

  rule(
    'stops tracks at once if they are granted after unsubscribing',
    ['opened', 'holdGrants'],
    async ({ opened, holdGrants }, { capture }) => {
      const grant = holdGrants()
      const [left, held] = [capture(both), capture(both)]
      insist(held.values.length === 0, 'holdGrants of the world does not hold the grants')
      left.stop()
      await grant()
      const wanted = (await held.nth(1)).getTracks()
      await pause(QUIET_MS)
      const leaked = opened().filter((track) => isLive(track) && !wanted.includes(track))
      insist(leaked.length === 0, `${kindsOf(leaked)} is live, and nobody is subscribed`)
      insist(wanted.every(isLive), 'the other capture was stopped, too')
      insist(left.values.length === 0, 'it emits after unsubscribing')
    },
  ),

  rule(
    'emits a new stream of the remaining tracks when a track ends by itself',
    ['end'],
    async ({ end }, { capture }) => {
      const held = capture(both)
      const first = await held.nth(1)
      await end('video')
      const second = await held.nth(2)
      insist(second !== first, 'it emits the same stream again, and not a new one')
      insist(
        isSame(second.getTracks(), first.getAudioTracks()),
        'the stream has other tracks than the audio track',
      )
      await end('audio')
      insist((await held.nth(3)).getTracks().length === 0, 'the last stream has a track')
      await pause(QUIET_MS)
      held.insistOpen()
    },
  ),

  rule(
    'emits the stream again when the system mutes or unmutes a track',
    ['mute'],
    async ({ mute }, { capture }) => {
      const held = capture(both)
      const first = await held.nth(1)
      for (const muted of [true, false]) {
        await mute('audio', muted)
        insist((await held.nth(muted ? 2 : 3)) === first, 'it emits another stream')
        insist(first.getAudioTracks()[0]?.muted === muted, `muted of the track is not ${muted}`)
      }
    },
  ),

  refusal('no-device', both),
  refusal('permission-denied', both),
  refusal('device-in-use', both),
  refusal('screen-refused', screen),
  refusal('capture-failed', both),

  rule('makes a stream of tracks, and opens and stops nothing', [], async (world, { capture }) => {
    const captured = await capture(both).nth(1)
    const [tracks, requests] = [captured.getTracks(), world.requests?.()]
    for (const chosen of [tracks, tracks.slice(1), []]) {
      const made = world.port.stream(chosen)
      insist(made !== captured, 'it returns the captured stream, and not a new one')
      insist(
        isSame(made.getTracks(), chosen),
        `it has other tracks than the ${chosen.length} that were passed`,
      )
    }
    insist(tracks.every(isLive), 'it stops a track')
    insist(world.requests?.() === requests, 'it requests a device')
  }),

  rule('lists the devices on subscribing', [], async (_, { devices }) => {
    for (const { kind, deviceId } of await devices().nth(1)) {
      insist(['audio', 'video'].includes(kind), `a device is of the kind ${kind}`)
      insist(deviceId !== '', `a device of the kind ${kind} has no id`)
    }
  }),

  rule(
    'lists the devices again when one is added or removed',
    ['changeDevices'],
    async ({ changeDevices }, { devices }) => {
      await insistListedAgain(devices(), changeDevices)
    },
  ),

  rule(
    'lists the devices again when a capture grants the permission to list them',
    ['forgetPermission'],
    async ({ forgetPermission }, { devices, capture }) => {
      await forgetPermission()
      await insistListedAgain(devices(), () => capture(both).nth(1))
    },
  ),

  rule(
    'lists no devices, without an error, when the platform cannot list them',
    ['hideDevices'],
    async ({ hideDevices }, { devices }) => {
      await hideDevices()
      const listed = devices()
      insist((await listed.nth(1)).length === 0, 'it lists devices that nobody can know')
      await pause(QUIET_MS)
      listed.insistOpen()
    },
  ),

  rule('keeps two captures independent', [], async (_, { capture }) => {
    const [first, second] = [capture(microphone), capture(both)]
    const [, stream] = [await first.nth(1), await second.nth(1)]
    first.stop()
    await pause(QUIET_MS)
    insist(stream.getTracks().every(isLive), 'stopping one capture stops a track of the other')
    insist(second.values.length === 1, 'stopping one capture makes the other emit')
    second.insistOpen()
  }),
]

/** How long to wait for what must not happen, in milliseconds. */
const QUIET_MS = 200

async function insistOneStream(held: Watched<MediaStream>, { audio, video }: CaptureRequest): Promise<void> {
  const tracks = (await held.nth(1)).getTracks()
  const kinds = [...(audio ? ['audio'] : []), ...(video ? ['video'] : [])].join(' and ')
  insist(kindsOf(tracks) === kinds, `the stream has ${kindsOf(tracks)}, and not ${kinds}`)
  insist(tracks.every(isLive), 'a track of the stream is not live')
  await pause(QUIET_MS)
  insist(held.values.length === 1, 'it emits more than once, and nothing has changed')
  held.insistOpen()
  held.stop()
}

/** Ignores anything emitted before `change`. */
async function insistListedAgain(listed: Watched<unknown>, change: () => unknown): Promise<void> {
  await pause(QUIET_MS)
  const before = listed.values.length
  await change()
  const after = await listed.nth(before + 1)
  insist(
    JSON.stringify(after) !== JSON.stringify(listed.values[before - 1]),
    'it lists the same devices as before',
  )
}

const isLive = ({ readyState }: MediaStreamTrack) => readyState === 'live'
const isStopped = (track: MediaStreamTrack) => !isLive(track)
const isSame = (a: readonly MediaStreamTrack[], b: readonly MediaStreamTrack[]) =>
  a.length === b.length && a.every((track) => b.includes(track))
const kindsOf = (tracks: readonly MediaStreamTrack[]) =>
  tracks.length === 0
    ? 'nothing'
    : tracks
        .map(({ kind }) => kind)
        .sort()
        .join(' and ')
