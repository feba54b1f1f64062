import { filter, fromEvent, merge, Observable, timer } from 'rxjs'

/** A sound that repeats. Times in seconds. */
export interface Tone {
  readonly period: number
  readonly notes: readonly Note[]
}

interface Note {
  /** In Hz. All of them sound together. */
  readonly frequencies: readonly number[]
  readonly at: number
  readonly length: number
  /** As a fraction of full volume. */
  readonly gain: number
}

/** For the callee: a rising figure twice, then a pause. */
export const ringtone: Tone = {
  period: 3,
  notes: [0, 0.75].flatMap((start) => [
    { frequencies: [659.25], at: start, length: 0.35, gain: 0.12 },
    { frequencies: [830.61], at: start + 0.16, length: 0.35, gain: 0.12 },
    { frequencies: [987.77], at: start + 0.32, length: 0.5, gain: 0.12 },
  ]),
}

/** For the caller: the European ringing tone, 425 Hz, 1 s on and 4 s off (ITU-T E.180), softened. */
export const ringback: Tone = {
  period: 5,
  notes: [{ frequencies: [425], at: 0, length: 1, gain: 0.06 }],
}

/**
 * Plays a tone until it is unsubscribed. Emits nothing. If autoplay rules block sound, the tone starts with the first
 * click or key press. Without Web Audio it is silent.
 */
export function playTone(tone: Tone): Observable<never> {
  return new Observable<never>((subscriber) => {
    if (!('AudioContext' in globalThis)) return
    const context = new AudioContext()
    const gesture$ = merge(fromEvent(document, 'pointerdown'), fromEvent(document, 'keydown'))
    // Rejects if the ringing stops first, for example if the first click answers the call.
    const resume = () => void context.resume().catch(() => undefined)
    subscriber.add(gesture$.subscribe(resume))
    subscriber.add(
      timer(0, tone.period * 1000)
        .pipe(filter(() => context.state === 'running'))
        .subscribe(() => tone.notes.forEach((note) => schedule(context, note))),
    )
    return () => void context.close()
  })
}

/** Fades each note in and out, so that it does not click. */
function schedule(context: AudioContext, { frequencies, at: delay, length, gain }: Note): void {
  const at = context.currentTime + 0.05 + delay
  const envelope = context.createGain()
  envelope.gain.setValueAtTime(0, at)
  envelope.gain.linearRampToValueAtTime(gain, at + 0.03)
  envelope.gain.setValueAtTime(gain, at + length * 0.5)
  envelope.gain.exponentialRampToValueAtTime(0.0001, at + length)
  envelope.connect(context.destination)
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency })
    oscillator.connect(envelope)
    oscillator.start(at)
    oscillator.stop(at + length)
  }
}
