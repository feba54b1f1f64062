import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { levels, silentMicrophone, speaking } from '../../src/adapters/browser-media.ts'
import { pageWithAudio } from './support/fake-audio-context.ts'
import { FakeMediaTrack } from './support/fake-media-devices.ts'

/** A microphone's stream, whose tracks the test changes. */
function microphone() {
  const tracks = [new FakeMediaTrack('audio')]
  const track = tracks[0] as FakeMediaTrack
  return { track, tracks, stream: { getAudioTracks: () => [...tracks] } as unknown as MediaStream }
}

const inVirtualTime = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('levels', () => {
  it('emits the root mean square of the audio every 100 ms', () => {
    const { loudness } = pageWithAudio()
    const { track, stream } = microphone()
    inVirtualTime(({ expectObservable, cold }) => {
      cold('150ms a 99ms b', { a: 0.5, b: 0 }).subscribe((level) => loudness.set(track, level))
      expectObservable(levels(stream), '350ms !').toBe('100ms a 99ms b 99ms c', { a: 0, b: 0.5, c: 0 })
    })
  })

  it('is 0 while the track is muted, and follows added and removed tracks', () => {
    const { contexts, loudness } = pageWithAudio()
    const { track, tracks, stream } = microphone()
    const other = new FakeMediaTrack('audio')
    loudness.set(track, 0.25).set(other, 0.5)
    inVirtualTime(({ expectObservable, cold, flush }) => {
      const steps = [
        () => (track.enabled = false),
        () => tracks.push(other),
        () => tracks.splice(0, 1),
        () => other.stop(),
      ]
      cold('150ms 0 99ms 1 99ms 2 99ms 3').subscribe((step) => steps[Number(step)]?.())
      expectObservable(levels(stream), '550ms !').toBe('100ms a 99ms b 99ms c 99ms d 99ms e', {
        a: 0.25,
        b: 0,
        c: 0.5,
        d: 0.5,
        e: 0,
      })
      flush()
    })
    expect(contexts[0]?.connected.size).toBe(0)
  })

  it('shares one AudioContext among all meters, and closes it after the last one has left', () => {
    const { contexts } = pageWithAudio()
    const meters = Array.from({ length: 10 }, () => levels(microphone().stream).subscribe())
    onTestFinished(() => meters.forEach((meter) => meter.unsubscribe()))
    expect(contexts).toHaveLength(1)
    expect(contexts[0]?.connected.size).toBe(10)
    meters.slice(1).forEach((meter) => meter.unsubscribe())
    expect(contexts[0]?.close).not.toHaveBeenCalled()
    expect(contexts[0]?.connected.size).toBe(1)
    meters[0]?.unsubscribe()
    expect(contexts[0]?.close).toHaveBeenCalledOnce()

    levels(microphone().stream).subscribe().unsubscribe()
    expect(contexts).toHaveLength(2)
  })

  it('resumes a suspended context on subscribing and after each gesture, until nobody is subscribed', () => {
    const { contexts, document } = pageWithAudio('suspended')
    const meters = [1, 2].map(() => levels(microphone().stream).subscribe())
    onTestFinished(() => meters.forEach((meter) => meter.unsubscribe()))
    const resume = contexts[0]?.resume
    expect(resume).toHaveBeenCalledTimes(2)
    document.dispatchEvent(new Event('keydown'))
    expect(resume).toHaveBeenCalledTimes(3)
    meters.forEach((meter) => meter.unsubscribe())
    document.dispatchEvent(new Event('click'))
    expect(resume).toHaveBeenCalledTimes(3)
  })

  it('completes without an AudioContext', () => {
    inVirtualTime(({ expectObservable }) => {
      expectObservable(levels(microphone().stream)).toBe('|')
      expectObservable(speaking(microphone().stream)).toBe('(a|)', { a: false })
      expectObservable(silentMicrophone(microphone().stream)).toBe('(a|)', { a: false })
    })
  })
})

describe('speaking', () => {
  it('starts at the threshold, and stops once it was below half of it for a while', () => {
    const { loudness } = pageWithAudio()
    const { track, stream } = microphone()
    inVirtualTime(({ expectObservable, cold }) => {
      const level = { a: 0.015, b: 0.03, c: 0.015, d: 0, e: 0.015 }
      cold('75ms a 99ms b 99ms c 499ms d 499ms e', level).subscribe((now) => loudness.set(track, now))
      // A level of 0.015 keeps somebody speaking, but does not begin it. The sound ends at 775 ms.
      expectObservable(speaking(stream), '1500ms !').toBe('f 199ms t 949ms f', { f: false, t: true })
    })
  })

  it('listens to an enabled clone of a muted track, and stops it on unsubscribing', () => {
    const { loudness } = pageWithAudio()
    const { track, stream } = microphone()
    track.enabled = false
    inVirtualTime(({ expectObservable, cold, flush }) => {
      cold('75ms a').subscribe(() => track.clones.forEach((clone) => loudness.set(clone, 0.1)))
      expectObservable(speaking(stream), '300ms !').toBe('f', { f: false })
      expectObservable(speaking(stream, { whileMuted: true }), '300ms !').toBe('f 99ms t', {
        f: false,
        t: true,
      })
      flush()
    })
    expect(track.clones).toHaveLength(1)
    expect(track.clones[0]).toMatchObject({ enabled: true, readyState: 'ended' })
    expect(track).toMatchObject({ enabled: false, readyState: 'live' })
  })

  it('stops the clone when its track ends', () => {
    pageWithAudio()
    const { track, stream } = microphone()
    inVirtualTime(({ expectObservable, cold }) => {
      cold('75ms a').subscribe(() => track.stop())
      cold('101ms a').subscribe(() => expect(track.clones[0]?.readyState).toBe('ended'))
      expectObservable(speaking(stream, { whileMuted: true }), '300ms !').toBe('f', { f: false })
    })
    expect.assertions(2)
  })
})

describe('silentMicrophone', () => {
  it('tells digital silence of an unmuted microphone after a while, until there is a sound', () => {
    const { loudness } = pageWithAudio()
    const { track, stream } = microphone()
    inVirtualTime(({ expectObservable, cold }) => {
      cold('1500ms a', { a: 0.0001 }).subscribe((level) => loudness.set(track, level))
      expectObservable(silentMicrophone(stream, { afterMs: 1000 }), '3s !').toBe('f 1199ms t 399ms f', {
        f: false,
        t: true,
      })
    })
  })

  it('does not count while the user or the system has muted it, or while nothing is measured', () => {
    const { contexts } = pageWithAudio('suspended')
    const { track, stream } = microphone()
    const mutes = [() => (track.enabled = false), () => (track.muted = true)]
    inVirtualTime(({ expectObservable, cold }) => {
      cold('3s a 999ms b 999ms c 999ms d').subscribe((step) => {
        if (step === 'a') contexts.forEach((context) => (context.state = 'running'))
        if (step === 'a' || step === 'c') mutes[step === 'a' ? 0 : 1]?.()
        if (step === 'b') track.enabled = true
        if (step === 'd') track.muted = false
      })
      expectObservable(silentMicrophone(stream, { afterMs: 900 }), '9s !').toBe('f 6999ms t', {
        f: false,
        t: true,
      })
    })
  })
})
