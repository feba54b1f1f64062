import type { MediaStatus } from 'rxcall'
import {
  asyncScheduler,
  delay,
  distinctUntilChanged,
  map,
  of,
  scan,
  switchMap,
  type Observable,
  type SchedulerLike,
} from 'rxjs'

/** How long a camera must be off before the page shows it, in milliseconds. */
export const cameraNoticeMs = 1_000

interface Camera {
  /** Whether the camera was on earlier in this call. */
  readonly known: boolean
  readonly off: boolean
}

const unknown: Camera = { known: false, off: false }

/**
 * Whether a side that had its camera on in this call has turned it off. `media$` is what that side sends, `null`
 * without a call. Emits the first value at once, then each change.
 */
export function cameraOff(media$: Observable<MediaStatus | null>): Observable<boolean> {
  return media$.pipe(
    scan(
      ({ known }, media): Camera =>
        media
          ? {
              known: known || media.video === 'camera' || media.video === 'muted',
              off: media.video === 'off',
            }
          : unknown,
      unknown,
    ),
    map(({ known, off }) => known && off),
    distinctUntilChanged(),
  )
}

/**
 * Like {@link cameraOff}, but only after {@link cameraNoticeMs}: after screen sharing, no picture is sent for a
 * moment until the camera is back.
 */
export function lastingCameraOff(
  media$: Observable<MediaStatus | null>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<boolean> {
  return cameraOff(media$).pipe(
    switchMap((off) => (off ? of(true).pipe(delay(cameraNoticeMs, scheduler)) : of(false))),
    distinctUntilChanged(),
  )
}
