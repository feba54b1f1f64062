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

/** The time in milliseconds that a camera has to be off to be worth a word. */
export const cameraNoticeMs = 1_000

interface Camera {
  /** It was on before, in this call. */
  readonly known: boolean
  readonly off: boolean
}

const unknown: Camera = { known: false, off: false }

/**
 * Whether no picture is sent any more by a side that had its camera on in this call. `media$` is what it sends, `null`
 * without a call. Emits the first at once, then each change.
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

/** The same, where it lasts: between a screen that was shared and the camera there is nothing for a moment. */
export function lastingCameraOff(
  media$: Observable<MediaStatus | null>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<boolean> {
  return cameraOff(media$).pipe(
    switchMap((off) => (off ? of(true).pipe(delay(cameraNoticeMs, scheduler)) : of(false))),
    distinctUntilChanged(),
  )
}
