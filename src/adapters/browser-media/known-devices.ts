import {
  catchError,
  fromEvent,
  map,
  merge,
  NEVER,
  of,
  startWith,
  switchMap,
  take,
  type Observable,
} from 'rxjs'
import type { MediaDevice } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'

/** The part of `navigator.mediaDevices` that lists the devices. */
export type DeviceList = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>

/**
 * The cameras and microphones that have an id to select them by. Browsers reveal these ids only with permission (W3C
 * Media Capture, 9.2). Emits them at once, and after each `devicechange` and `granted$`. The list is empty if the
 * browser reveals none. Unsubscribing removes the listener.
 */
export function knownDevices(
  devices: Partial<DeviceList>,
  granted$: Observable<unknown>,
): Observable<readonly MediaDevice[]> {
  const { addEventListener } = devices
  const changed$ = addEventListener ? fromEvent(devices as DeviceList, 'devicechange') : NEVER
  return merge(changed$, granted$).pipe(
    startWith(undefined),
    switchMap(() => (devices.enumerateDevices ? enumerated(devices as DeviceList) : of([]))),
  )
}

function enumerated(devices: Pick<DeviceList, 'enumerateDevices'>): Observable<readonly MediaDevice[]> {
  return promiseResource(
    () => devices.enumerateDevices(),
    () => undefined,
  ).pipe(
    take(1),
    map((all) => all.flatMap(asChoice)),
    catchError(() => of([])),
  )
}

function asChoice({ kind, deviceId, label }: MediaDeviceInfo): MediaDevice[] {
  if (deviceId === '' || kind === 'audiooutput') return []
  return [{ kind: kind === 'audioinput' ? 'audio' : 'video', deviceId, label }]
}
