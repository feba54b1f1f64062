import {
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  from,
  fromEvent,
  map,
  of,
  startWith,
  switchMap,
  type Observable,
} from 'rxjs'

/** Whether the user, or the browser's own rule, has blocked the camera and the microphone for this page. */
export interface BlockedDevices {
  readonly camera: boolean
  readonly microphone: boolean
}

/** The part of `navigator.permissions` that is used here. Safari has it since version 16. */
interface Permissions {
  query(descriptor: {
    readonly name: 'camera' | 'microphone'
  }): Promise<EventTarget & { readonly state: string }>
}

/**
 * Emits which devices are blocked, at once and after each change (W3C Permissions, 6.3). If the browser does not
 * report this, like Firefox before 131, no device counts as blocked.
 *
 * @param navigator The page's own.
 */
export function blockedDevices({
  permissions,
}: {
  readonly permissions?: Permissions
}): Observable<BlockedDevices> {
  const isBlocked = (name: 'camera' | 'microphone'): Observable<boolean> =>
    permissions
      ? defer(() => from(permissions.query({ name }))).pipe(
          switchMap((status) =>
            fromEvent(status, 'change').pipe(
              startWith(undefined),
              map(() => status.state === 'denied'),
            ),
          ),
          catchError(() => of(false)),
          startWith(false),
          distinctUntilChanged(),
        )
      : of(false)
  return combineLatest({ camera: isBlocked('camera'), microphone: isBlocked('microphone') })
}
