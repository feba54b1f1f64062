import { catchError, fromEvent, merge, NEVER, of, startWith, switchMap, take, type Observable } from 'rxjs'
import type { MediaDevice } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'

/** The part of `navigator.mediaDevices` that lists the devices. */
export type DeviceList = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>

/** A speaker or headphones. */
export interface Speaker {
  readonly deviceId: string
  /** Its human-readable name; empty without permission. */
  readonly label: string
}

/** Missing in an insecure context, whatever the DOM types say, and outside a browser. */
export function devicesOfPage(): MediaDevices | undefined {
  const page: { readonly navigator?: { readonly mediaDevices?: MediaDevices } } = globalThis
  return page.navigator?.mediaDevices
}

/**
 * All devices that the browser reveals. Emits them at once, and after each `devicechange` and `granted$`. The list is
 * empty if the browser reveals none. Unsubscribing removes the listener.
 */
export function listedDevices(
  devices: Partial<DeviceList>,
  granted$: Observable<unknown> = NEVER,
): Observable<readonly MediaDeviceInfo[]> {
  const { addEventListener } = devices
  const changed$ = addEventListener ? fromEvent(devices as DeviceList, 'devicechange') : NEVER
  return merge(changed$, granted$).pipe(
    startWith(undefined),
    switchMap(() => (devices.enumerateDevices ? enumerated(devices as DeviceList) : of([]))),
  )
}

function enumerated(devices: Pick<DeviceList, 'enumerateDevices'>): Observable<readonly MediaDeviceInfo[]> {
  return promiseResource(
    () => devices.enumerateDevices(),
    () => undefined,
  ).pipe(
    take(1),
    catchError(() => of([])),
  )
}

/**
 * The cameras and microphones that have an id to select them by. Browsers reveal these ids only with permission (W3C
 * Media Capture, 9.2).
 */
export const inputsAmong = (devices: readonly MediaDeviceInfo[]): readonly MediaDevice[] =>
  devices.flatMap((device): MediaDevice[] => {
    const { kind, deviceId, label } = device
    if (deviceId === '' || kind === 'audiooutput') return []
    if (kind === 'audioinput') return [{ kind: 'audio', deviceId, label }]
    const facing = facingOf(device)
    return [{ kind: 'video', deviceId, label, ...(facing && { facing }) }]
  })

/** The speakers that have an id to select them by. */
export const speakersAmong = (devices: readonly MediaDeviceInfo[]): readonly Speaker[] =>
  devices.flatMap(({ kind, deviceId, label }) =>
    kind === 'audiooutput' && deviceId !== '' ? [{ deviceId, label }] : [],
  )

/** Browsers tell it of the cameras of a phone (W3C Media Capture, 9.6). Some lack the method. */
function facingOf(device: MediaDeviceInfo): MediaDevice['facing'] {
  const { facingMode = [] } = (device as CapableDevice).getCapabilities?.() ?? {}
  return facingMode.includes('user') ? 'user' : facingMode.includes('environment') ? 'environment' : undefined
}

interface CapableDevice extends MediaDeviceInfo {
  getCapabilities?(): { readonly facingMode?: readonly string[] }
}
