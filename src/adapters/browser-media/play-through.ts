import { catchError, concatMap, defer, EMPTY, filter, finalize, map, merge, of, type Observable } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import { devicesOfPage, listedDevices, type DeviceList } from './known-devices.ts'
import { takingTurns } from '../taking-turns.ts'

/** The speaker that an element plays through. */
export interface SpeakerInUse {
  /** Empty for the default speaker of the system. */
  readonly deviceId: string
  /** Why it is not the chosen one; `null` if it is. */
  readonly error: CallError | null
}

export interface PlayThroughOptions {
  /** Where the devices are listed; the page's own `navigator.mediaDevices` by default. */
  readonly mediaDevices?: Partial<DeviceList> | undefined
}

/** The part of an HTMLMediaElement that chooses the speaker. Absent in Safari, and in browsers on phones. */
export interface PlayingElement {
  setSinkId?(deviceId: string): Promise<void>
}

/**
 * Plays the sound of an element through the speakers that are chosen, one after the other. An empty id is the default
 * speaker. Emits what is used after each choice; a choice that is overtaken by the next one may be skipped. If the
 * chosen speaker cannot be used, the default one plays, and `error` says why:
 *
 * - `not-supported`: the browser has no `setSinkId`;
 * - `no-device`: the speaker is not there. Also emitted when the speaker in use is unplugged;
 * - `permission-denied`: the page may not choose it;
 * - `device-in-use`: it could not be started.
 *
 * Errors only if `deviceId$` does. Unsubscribing restores the default speaker.
 *
 * @example
 * playThrough(video, deviceId$).subscribe(({ error }) => (note.textContent = error?.message ?? ''))
 */
export function playThrough(
  element: PlayingElement,
  deviceId$: Observable<string>,
  { mediaDevices = devicesOfPage() ?? {} }: PlayThroughOptions = {},
): Observable<SpeakerInUse> {
  return defer(() => {
    const sink = sinkOf(element)
    let latest = 0
    const chosen$ = deviceId$.pipe(
      map((deviceId) => {
        const number = ++latest
        return { choice: { deviceId, error: null }, isCurrent: () => number === latest }
      }),
    )
    const lost$ = listedDevices(mediaDevices).pipe(
      map((devices) => ({ devices, used: sink.used() })),
      filter(({ devices, used }) => isGone(used, devices)),
      map(({ used }) => ({
        choice: { deviceId: '', error: new CallError('no-device', goneMessage) },
        // A change that was under way may have taken effect by now.
        isCurrent: () => sink.used() === used,
      })),
    )
    return merge(chosen$, lost$).pipe(
      concatMap(({ choice, isCurrent }) => (isCurrent() ? play(sink, choice) : EMPTY)),
      finalize(() => sink.restore()),
    )
  })
}

interface Sink {
  /** The last speaker that was set. */
  readonly used: () => string
  readonly isSupported: boolean
  /** Waits for the previous change, because browsers do not promise to keep their order. */
  readonly set: (deviceId: string) => Promise<void>
  readonly restore: () => void
}

function sinkOf(element: PlayingElement): Sink {
  let used = ''
  const inTurn = takingTurns()
  let isTouched = false
  const set = (deviceId: string): Promise<void> => {
    if (!isTouched && deviceId === '') return Promise.resolve()
    isTouched = true
    return inTurn(async () => {
      await element.setSinkId?.(deviceId)
      used = deviceId
    })
  }
  return {
    used: () => used,
    isSupported: element.setSinkId !== undefined,
    set,
    restore: () => void set('').catch(() => undefined),
  }
}

function play(sink: Sink, choice: SpeakerInUse): Observable<SpeakerInUse> {
  if (choice.deviceId !== '' && !sink.isSupported)
    return of({ deviceId: '', error: new CallError('not-supported', unsupportedMessage) })
  const byDefault = (error: CallError) =>
    defer(() => sink.set('')).pipe(
      catchError(() => of(undefined)),
      map(() => ({ deviceId: '', error })),
    )
  return defer(() => sink.set(choice.deviceId)).pipe(
    map(() => choice),
    catchError((thrown: unknown) => byDefault(sinkError(thrown))),
  )
}

/** Browsers list no speaker at all without the permission to see them. */
const isGone = (used: string, devices: readonly MediaDeviceInfo[]): boolean =>
  used !== '' &&
  devices.some(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '') &&
  !devices.some(({ kind, deviceId }) => kind === 'audiooutput' && deviceId === used)

/** The exceptions of `setSinkId` (W3C Audio Output Devices API, 4.1). */
function sinkError(thrown: unknown): CallError {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''
  const options = { cause: thrown, ...(name === '' ? {} : { detail: { exception: name } }) }
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return new CallError('permission-denied', 'the page may not choose this speaker', options)
  return name === 'NotFoundError'
    ? new CallError('no-device', goneMessage, options)
    : new CallError('device-in-use', 'the speaker could not be started: the default one plays', options)
}

const goneMessage = 'the chosen speaker is not there: the default one plays'
const unsupportedMessage = 'this browser cannot choose a speaker: the default one plays'
