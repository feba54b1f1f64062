import { asyncScheduler, of } from 'rxjs'
import { browserMedia, sharedMedia, transformedMedia } from '../../../src/adapters/browser-media.ts'
import { CallError } from '../../../src/core/index.ts'
import { fakeMedia, type MediaRefusal, type MediaWorld } from '../../../src/testing/index.ts'
import { FakeMediaDevices, fakeMediaStreamClass } from './fake-media-devices.ts'

/** How a browser refuses, by what the port makes of it. */
const exceptions: Readonly<Record<MediaRefusal, string>> = {
  'no-device': 'NotFoundError',
  'permission-denied': 'NotAllowedError',
  'device-in-use': 'NotReadableError',
  'screen-refused': 'NotAllowedError',
  'capture-failed': 'InvalidStateError',
}
const codes = Object.keys(exceptions) as MediaRefusal[]

/** Something for each code. */
const byCode = (refuse: (code: MediaRefusal) => void) =>
  Object.fromEntries(codes.map((code) => [code, () => refuse(code)]))

/** `browserMedia` in a page. */
export function pageWorld(): Required<MediaWorld> & { readonly mediaDevices: FakeMediaDevices } {
  const mediaDevices = new FakeMediaDevices()
  const live = (kind: string) => mediaDevices.opened.filter((track) => track.kind === kind)
  return {
    mediaDevices,
    port: browserMedia({ mediaDevices, MediaStream: fakeMediaStreamClass }),
    requests: () => mediaDevices.requests,
    opened: () => mediaDevices.opened as readonly unknown[] as readonly MediaStreamTrack[],
    holdGrants: () => mediaDevices.holdGrants(),
    sharesScreens: true,
    refuse: byCode((code) => (mediaDevices.failing.capture = exceptions[code])),
    end: (kind) => live(kind).forEach((track) => track.end()),
    mute: (kind, muted) => live(kind).forEach((track) => track.mute(muted)),
    changeDevices: () => mediaDevices.plug('audioinput', 'headset'),
    forgetPermission: () => (mediaDevices.isPermitted = false),
    hideDevices: () => (mediaDevices.failing.list = 'NotAllowedError'),
  }
}

/** `fakeMedia`, whose user answers after 20 ms. It knows no permission to see the devices. */
export function virtualWorld(): MediaWorld {
  let refusal: MediaRefusal | undefined
  const media = fakeMedia(
    'alice',
    { scheduler: asyncScheduler, id: () => '' },
    { delayMs: 20, refuse: () => (refusal ? new CallError(refusal, 'refused by the test') : undefined) },
  )
  return {
    port: media,
    requests: () => media.requested.length,
    opened: () => media.captured.flatMap((stream) => stream.getTracks()),
    holdGrants: () => () => undefined,
    sharesScreens: true,
    refuse: byCode((code) => (refusal = code)),
    end: media.end,
    mute: media.interrupt,
    changeDevices: () => media.plug([{ kind: 'audio', deviceId: 'headset', label: 'Headset' }]),
    hideDevices: () => media.plug([]),
  }
}

/** `sharedMedia` around the port of a world. */
export const sharedWorld = (world: MediaWorld): MediaWorld => ({ ...world, port: sharedMedia(world.port) })

/** `transformedMedia` around the port of a page, with a transform that is off. */
export const transformedWorld = (world: ReturnType<typeof pageWorld>): MediaWorld => ({
  ...world,
  port: transformedMedia(world.port, { video: (track) => of(track) }),
  // The port hands out copies. A captured track that nobody gets may be live only as long as a copy of it.
  opened: () =>
    world.mediaDevices.opened.flatMap((track) => {
      const copies = track.allClones()
      const isHeld = copies.some(({ readyState }) => readyState === 'live')
      return (isHeld ? copies : [track, ...copies]) as readonly unknown[] as readonly MediaStreamTrack[]
    }),
})
