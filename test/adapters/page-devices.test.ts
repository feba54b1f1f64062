import { Subject } from 'rxjs'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  browserMedia,
  otherCamera,
  permissions,
  playThrough,
  type SpeakerInUse,
} from '../../src/adapters/browser-media.ts'
import type { MediaDevice } from '../../src/core/ports/index.ts'
import {
  FakeMediaDevices,
  FakeMediaTrack,
  fakeMediaStreamClass as MediaStream,
} from './support/fake-media-devices.ts'

describe('permissions', () => {
  class FakePermission extends EventTarget {
    state: PermissionState = 'prompt'
    change(state: PermissionState) {
      this.state = state
      this.dispatchEvent(new Event('change'))
    }
  }

  function seenWith(query: ((wanted: { name: string }) => Promise<FakePermission>) | undefined) {
    vi.stubGlobal('navigator', { permissions: query && { query } })
    onTestFinished(() => void vi.unstubAllGlobals())
    const seen: unknown[] = []
    const watching = permissions().subscribe({
      next: (each) => seen.push(each),
      complete: () => seen.push('|'),
    })
    return { seen, watching }
  }

  it('emits what the browser says of both devices, and each change', async () => {
    const known = { microphone: new FakePermission(), camera: new FakePermission() }
    const { seen, watching } = seenWith(async ({ name }) => known[name as keyof typeof known])
    await eventLoopTurn()
    known.camera.change('denied')
    known.microphone.change('granted')
    expect(seen).toEqual([
      { audio: 'prompt', video: 'prompt' },
      { audio: 'prompt', video: 'denied' },
      { audio: 'granted', video: 'denied' },
    ])
    watching.unsubscribe()
    known.camera.change('granted')
    expect(seen).toHaveLength(3)
  })

  it('says unknown, and stays open, if the browser does not know a name or has no permissions', async () => {
    const microphone = new FakePermission()
    const { seen } = seenWith(async ({ name }) => {
      if (name === 'camera') throw new TypeError('camera is not a permission')
      return microphone
    })
    await eventLoopTurn()
    expect(seen).toEqual([{ audio: 'prompt', video: 'unknown' }])

    const { seen: withoutAny } = seenWith(undefined)
    await eventLoopTurn()
    expect(withoutAny).toEqual([{ audio: 'unknown', video: 'unknown' }])
  })
})

describe('speakers$', () => {
  it('lists the speakers, which devices$ leaves out, and lists them again when one is added', async () => {
    const mediaDevices = new FakeMediaDevices()
    const { speakers$ } = browserMedia({ mediaDevices, MediaStream })
    const seen: unknown[] = []
    const watching = speakers$.subscribe((each) => seen.push(each))
    onTestFinished(() => watching.unsubscribe())
    await eventLoopTurn()
    mediaDevices.plug('audiooutput', 'headphones')
    await eventLoopTurn()
    expect(seen).toEqual([[], [{ deviceId: 'headphones', label: 'headphones' }]])
  })
})

describe('a captured screen', () => {
  it('gets a content hint where the browser has one, and a camera none', async () => {
    const mediaDevices = new FakeMediaDevices()
    const media = browserMedia({ mediaDevices, MediaStream })
    const hints: unknown[] = []
    const open = vi.spyOn(mediaDevices, 'getDisplayMedia')
    const captured = [
      media.capture({ audio: false, video: 'screen' }),
      media.capture({ audio: false, video: true }),
    ].map((capture) =>
      capture.subscribe((stream) =>
        hints.push(stream.getTracks().map((track) => Reflect.get(track, 'contentHint'))),
      ),
    )
    onTestFinished(() => captured.forEach((each) => each.unsubscribe()))
    await eventLoopTurn()
    expect(hints).toEqual([[undefined], [undefined]])

    const hinted = [Object.assign(new FakeMediaTrack('video'), { contentHint: '' })]
    open.mockResolvedValue({ getTracks: () => hinted } as unknown as MediaStream)
    const again = media
      .capture({ audio: false, video: 'screen' })
      .subscribe((stream) => hints.push(Reflect.get(stream.getTracks()[0] ?? {}, 'contentHint')))
    onTestFinished(() => again.unsubscribe())
    await eventLoopTurn()
    expect(hints[2]).toBe('detail')
  })
})

describe('otherCamera', () => {
  const camera = (deviceId: string, label: string, facing?: MediaDevice['facing']): MediaDevice => ({
    kind: 'video',
    deviceId,
    label,
    facing,
  })
  const microphone: MediaDevice = { kind: 'audio', deviceId: 'm', label: 'Front Microphone' }
  const track = (settings: MediaTrackSettings) => ({ getSettings: () => settings }) as MediaStreamTrack

  it('chooses the camera that faces the other way, first the main one', () => {
    const phone = [
      microphone,
      camera('f', 'Kamera 1', 'user'),
      camera('w', 'Kamera 3', 'environment'),
      camera('b', 'Kamera 0', 'environment'),
    ]
    expect(otherCamera(phone, track({ deviceId: 'f', facingMode: 'user' }))).toEqual({ deviceId: 'w' })
    expect(otherCamera(phone, track({ deviceId: 'b', facingMode: 'environment' }))).toEqual({ deviceId: 'f' })
  })

  it('reads the English labels of phones if the browser does not tell', () => {
    const phone = [
      camera('b', 'camera2 0, facing back'),
      camera('b2', 'Back Ultra Wide Camera'),
      camera('f', 'camera2 1, facing front'),
    ]
    expect(otherCamera(phone, track({ deviceId: 'b' }))).toEqual({ deviceId: 'f' })
    expect(otherCamera(phone, track({ deviceId: 'f' }))).toEqual({ deviceId: 'b' })
  })

  it('takes the next camera of a computer, and null if there is no other one', () => {
    const webcams = [camera('1', 'one'), camera('2', 'two'), camera('3', 'three')]
    expect(otherCamera(webcams, track({ deviceId: '2' }))).toEqual({ deviceId: '3' })
    expect(otherCamera(webcams, track({ deviceId: '3' }))).toEqual({ deviceId: '1' })
    expect(otherCamera(webcams.slice(0, 1), track({ deviceId: '1' }))).toBeNull()
    expect(otherCamera([microphone], undefined)).toBeNull()
  })

  it('knows from the browser which way a camera faces', async () => {
    const mediaDevices = new FakeMediaDevices()
    const list = await mediaDevices.enumerateDevices()
    const tells = list.map((device) =>
      device.kind === 'videoinput'
        ? Object.assign(device, { getCapabilities: () => ({ facingMode: ['environment'] }) })
        : device,
    )
    vi.spyOn(mediaDevices, 'enumerateDevices').mockResolvedValue(tells)
    const seen: unknown[] = []
    const watching = browserMedia({ mediaDevices }).devices$.subscribe((each) => seen.push(each))
    onTestFinished(() => watching.unsubscribe())
    await eventLoopTurn()
    expect(seen).toMatchObject([[{ deviceId: 'microphone' }, { deviceId: 'camera', facing: 'environment' }]])
  })
})

describe('playThrough', () => {
  function playing(setSinkId?: (deviceId: string) => Promise<void>) {
    const mediaDevices = new FakeMediaDevices()
    const deviceId$ = new Subject<string>()
    const seen: string[] = []
    const show = ({ deviceId, error }: SpeakerInUse) =>
      seen.push(`${deviceId || 'default'} ${error?.code ?? 'ok'}`)
    const held = playThrough(setSinkId ? { setSinkId } : {}, deviceId$, { mediaDevices }).subscribe(show)
    onTestFinished(() => held.unsubscribe())
    return { mediaDevices, deviceId$, seen, held }
  }

  it('sets one speaker after the other, skips those that are overtaken, and restores the default', async () => {
    const done: (() => void)[] = []
    const setSinkId = vi.fn((_: string) => new Promise<void>((resolve) => done.push(resolve)))
    const { deviceId$, seen, held } = playing(setSinkId)
    deviceId$.next('')
    await eventLoopTurn()
    for (const id of ['a', 'b', 'c']) deviceId$.next(id)
    await eventLoopTurn()
    expect(setSinkId.mock.calls).toEqual([['a']])
    done.shift()?.()
    await eventLoopTurn()
    expect(setSinkId.mock.calls).toEqual([['a'], ['c']])
    // Unsubscribing waits for the change that is under way.
    held.unsubscribe()
    await eventLoopTurn()
    expect(setSinkId.mock.calls).toEqual([['a'], ['c']])
    done.shift()?.()
    await eventLoopTurn()
    expect(setSinkId.mock.calls).toEqual([['a'], ['c'], ['']])
    expect(seen).toEqual(['default ok', 'a ok'])
  })

  it('plays through the default when a speaker is refused, and says why', async () => {
    const refuse = new Map([
      ['gone', 'NotFoundError'],
      ['forbidden', 'NotAllowedError'],
      ['broken', 'AbortError'],
    ])
    const setSinkId = vi.fn(async (id: string) => {
      const name = refuse.get(id)
      if (name !== undefined) throw new DOMException('', name)
    })
    const { deviceId$, seen } = playing(setSinkId)
    for (const id of ['good', 'gone', 'forbidden', 'broken']) {
      deviceId$.next(id)
      await eventLoopTurn()
    }
    expect(seen).toEqual([
      'good ok',
      'default no-device',
      'default permission-denied',
      'default device-in-use',
    ])
    expect(setSinkId.mock.calls.flat()).toEqual(['good', 'gone', '', 'forbidden', '', 'broken', ''])
  })

  it('falls back to the default when the speaker in use is unplugged', async () => {
    const { mediaDevices, deviceId$, seen } = playing(async () => undefined)
    mediaDevices.plug('audiooutput', 'headphones')
    mediaDevices.plug('audiooutput', 'built-in')
    deviceId$.next('headphones')
    await eventLoopTurn()
    mediaDevices.unplug('built-in')
    await eventLoopTurn()
    expect(seen).toEqual(['headphones ok'])
    mediaDevices.plug('audiooutput', 'other')
    mediaDevices.unplug('headphones')
    await eventLoopTurn()
    expect(seen).toEqual(['headphones ok', 'default no-device'])
  })

  it.each([
    ['the next', ['b']],
    ['one after the next', ['b', 'c']],
  ])('plays through %s speaker if the one in use is unplugged during the change', async (_, chosen) => {
    const done: (() => void)[] = []
    const setSinkId = vi.fn((_: string) => new Promise<void>((resolve) => done.push(resolve)))
    const { mediaDevices, deviceId$, seen } = playing(setSinkId)
    for (const id of ['a', 'b', 'c']) mediaDevices.plug('audiooutput', id)
    deviceId$.next('a')
    await eventLoopTurn()
    done.shift()?.()
    await eventLoopTurn()
    for (const id of chosen) deviceId$.next(id)
    await eventLoopTurn()
    mediaDevices.unplug('a')
    await eventLoopTurn()
    for (const _ of chosen) {
      done.shift()?.()
      await eventLoopTurn()
    }
    expect(setSinkId.mock.calls.flat()).toEqual(['a', ...chosen])
    expect(seen).toEqual(['a', ...chosen].map((id) => `${id} ok`))
  })

  it('emits not-supported, and goes on, if the browser cannot choose a speaker', async () => {
    const { deviceId$, seen } = playing()
    deviceId$.next('headphones')
    deviceId$.next('')
    await eventLoopTurn()
    expect(seen).toEqual(['default not-supported', 'default ok'])
  })
})
