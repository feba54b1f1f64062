import {
  catchError,
  combineLatest,
  concat,
  fromEvent,
  map,
  NEVER,
  of,
  startWith,
  switchMap,
  type Observable,
} from 'rxjs'
import { promiseResource } from '../promise-resource.ts'

/** What the browser says of a device; `unknown` if it does not tell. */
export type DevicePermission = PermissionState | 'unknown'

/** Whether the page may use the microphone and the camera. */
export interface DevicePermissions {
  readonly audio: DevicePermission
  readonly video: DevicePermission
}

/**
 * Whether the page may use microphone and camera, without asking the user. Emits once the browser has answered, and
 * after each change. `prompt` means that a capture asks the user. Browsers that cannot tell give `unknown`, like Firefox
 * before version 131; only a capture shows it then. Never errors and never completes.
 *
 * @example
 * permissions().subscribe(({ video }) => (advice.hidden = video !== 'denied'))
 */
export function permissions(): Observable<DevicePermissions> {
  return combineLatest({ audio: permissionFor('microphone'), video: permissionFor('camera') })
}

function permissionFor(name: 'microphone' | 'camera'): Observable<DevicePermission> {
  return promiseResource(
    async () => queryOfPage(name),
    () => undefined,
  ).pipe(
    switchMap((status) =>
      fromEvent(status, 'change').pipe(
        startWith(null),
        map(() => status.state),
      ),
    ),
    catchError(() => concat(of('unknown' as const), NEVER)),
  )
}

/** Rejects if the browser does not know the name of the permission. Old versions of Safari know none. */
function queryOfPage(name: string): Promise<Permission> {
  const page: { readonly navigator?: { readonly permissions?: PermissionList } } = globalThis
  const query = page.navigator?.permissions?.query({ name })
  if (!query) throw new TypeError('this browser has no navigator.permissions')
  return query
}

interface PermissionList {
  query(wanted: { readonly name: string }): Promise<Permission>
}

/** A PermissionStatus. */
interface Permission extends EventTarget {
  readonly state: PermissionState
}
