// @ts-check
import wrtc from '@roamhq/wrtc'
import { Observable, of } from 'rxjs'

const { RTCAudioSink, RTCAudioSource } = wrtc.nonstandard

/**
 * @typedef {import('@roamhq/wrtc').nonstandard.RTCAudioData} Sound 10 ms of sound, the amount that libwebrtc accepts at
 * a time.
 */

const format = { sampleRate: 48_000, numberOfFrames: 480, bitsPerSample: 16, channelCount: 1 }

/**
 * A microphone that hears a steady tone.
 *
 * @type {(hz: number) => import('rxcall').MediaPort}
 */
export const toneMedia = (hz) => ({
  capture: () => toneStream(hz),
  stream: (tracks) => new wrtc.MediaStream([...tracks]),
  devices$: of([]),
})

/** @type {(hz: number) => Observable<MediaStream>} */
const toneStream = (hz) =>
  new Observable((subscriber) => {
    const source = new RTCAudioSource()
    const track = source.createTrack()
    const start = performance.now()
    let n = 0
    const next = () => 9_800 * Math.sin((2 * Math.PI * hz * n++) / format.sampleRate)
    const timer = setInterval(() => {
      // A timer may be late, so this sends all that is due by now.
      while (n * 1_000 < (performance.now() - start) * format.sampleRate)
        source.onData({ ...format, samples: Int16Array.from({ length: format.numberOfFrames }, next) })
    }, 10)
    subscriber.add(() => clearInterval(timer))
    subscriber.add(() => track.stop())
    subscriber.next(new wrtc.MediaStream([track]))
  })

/**
 * The sound of a track, 10 ms at a time.
 *
 * @param {MediaStreamTrack} track
 * @returns {Observable<Sound>}
 */
export const soundOf = (track) =>
  new Observable((subscriber) => {
    const sink = new RTCAudioSink(track)
    /** @param {Sound} sound */
    const next = (sound) => subscriber.next(sound)
    sink.ondata = next
    subscriber.add(() => sink.stop())
  })

/**
 * The pitch and the level (0 to 1) of a sound. A tone rises through zero once in each of its periods.
 *
 * @param {Sound[]} sound
 */
export function describeSound(sound) {
  const samples = sound.flatMap(({ samples, channelCount = 1 }) =>
    [...samples].filter((_, n) => n % channelCount === 0),
  )
  const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length
  const level = Math.sqrt(power) / 32_768
  const rises = samples.flatMap((sample, n) => (sample >= 0 && Number(samples[n - 1]) < 0 ? [n] : []))
  const period = (Number(rises.at(-1)) - Number(rises[0])) / (rises.length - 1)
  const hz = Math.round(Number(sound[0]?.sampleRate) / period) || 0
  return level > 0.001 ? `hears ${hz} Hz, level ${level.toFixed(2)}` : 'hears nothing'
}
