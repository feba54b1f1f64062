import { interval, map, Observable, switchMap, type SchedulerLike } from 'rxjs'
import { meterContext$ } from './meter-context.ts'

/** What a meter has measured since the last time. */
export interface Measured {
  /** The root mean square of the samples, from 0 to 1. */
  readonly level: number
  /** False while the browser keeps the meter from measuring, before a click or a key press. */
  readonly isRunning: boolean
}

/** A track to measure. Unsubscribing stops it, if it is a copy. */
export interface Heard {
  readonly track: MediaStreamTrack
  readonly release: () => void
}

export interface MeterOptions {
  readonly everyMs: number
  readonly scheduler: SchedulerLike
  /** Chooses what to measure for a track of the stream. */
  readonly hear: (track: MediaStreamTrack) => Heard
}

/**
 * Measures the live audio tracks of the stream together, with one AnalyserNode. Emits every `everyMs` milliseconds, and
 * looks for added and removed tracks each time: `addTrack` by a script fires no event. Never errors. Completes at once
 * if the browser has no AudioContext. Unsubscribing disconnects the tracks.
 */
export function audioMeter(stream: MediaStream, options: MeterOptions): Observable<Measured> {
  return meterContext$.pipe(switchMap((context) => measuredIn(context, stream, options)))
}

function measuredIn(
  context: AudioContext,
  stream: MediaStream,
  { everyMs, scheduler, hear }: MeterOptions,
): Observable<Measured> {
  return new Observable((subscriber) => {
    const analyser = context.createAnalyser()
    analyser.fftSize = windowOf(everyMs, context.sampleRate)
    const samples = new Float32Array(analyser.fftSize)
    const inputs = new Map<MediaStreamTrack, () => void>()
    const follow = () => {
      const live = stream.getAudioTracks().filter(({ readyState }) => readyState === 'live')
      for (const [track, close] of inputs) {
        if (live.includes(track)) continue
        close()
        inputs.delete(track)
      }
      for (const track of live)
        if (!inputs.has(track)) inputs.set(track, connect(context, analyser, hear(track)))
    }
    subscriber.add(() => inputs.forEach((close) => close()))
    follow()
    return interval(everyMs, scheduler)
      .pipe(
        map((): Measured => {
          follow()
          analyser.getFloatTimeDomainData(samples)
          const isRunning = context.state === 'running'
          return { level: isRunning && inputs.size > 0 ? rootMeanSquare(samples) : 0, isRunning }
        }),
      )
      .subscribe(subscriber)
  })
}

/** Connects the track, and returns what disconnects it. A track that the context refuses is not measured. */
function connect(context: AudioContext, analyser: AnalyserNode, { track, release }: Heard): () => void {
  try {
    const source = context.createMediaStreamSource(new MediaStream([track]))
    source.connect(analyser)
    return () => {
      source.disconnect()
      release()
    }
  } catch {
    return release
  }
}

/** Enough samples to cover `everyMs`, so that no sound falls between two measurements. Must be a power of two. */
const windowOf = (everyMs: number, sampleRate: number): number =>
  Math.min(32_768, Math.max(32, 2 ** Math.ceil(Math.log2((sampleRate * everyMs) / 1000))))

const rootMeanSquare = (samples: Float32Array): number =>
  Math.min(1, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length))

/** Measures the track itself, so silence while it is muted. */
export const itself = (track: MediaStreamTrack): Heard => ({ track, release: () => undefined })
