import { filter, tap, type Observable, type SchedulerLike } from 'rxjs'
import { isOpen, type CallAction, type CallClient, type MediaRequest } from '../core/index.ts'
import { ofType } from '../core/rx/operators.ts'
import { actAfterwards } from './act.ts'

/** Turns the camera of a client off and on again, unless the user has changed it meanwhile. */
export interface CameraSwitch {
  /**
   * Emits when the user chooses another source of video, or unmutes it. After another choice, there is nothing to turn
   * on again.
   */
  readonly changed$: Observable<unknown>
  /** Whether it has turned the camera off. */
  isOff(): boolean
  turnOff(): void
  turnOn(): void
}

/**
 * Leaves a screen alone, because only the user can share it again. Leaves a muted camera alone, because black costs
 * almost nothing.
 */
export function cameraSwitch(client: CallClient, scheduler: SchedulerLike): CameraSwitch {
  const own = new WeakSet<CallAction>()
  let turnedOff: MediaRequest['video'] = false
  const send = (video: MediaRequest['video']): void => {
    const action: CallAction = { type: 'media', change: { video } }
    own.add(action)
    actAfterwards(client, action, scheduler)
  }
  const chooses = (action: CallAction) =>
    action.type === 'media' && action.change.video !== undefined && !own.has(action)
  const unmutes = (action: CallAction) =>
    action.type === 'mute' && action.kind === 'video' && !action.muted && turnedOff === false
  return {
    changed$: client.event$.pipe(
      ofType('action'),
      filter(({ action }) => chooses(action) || unmutes(action)),
      tap(() => (turnedOff = false)),
    ),
    isOff: () => turnedOff !== false,
    turnOff() {
      const { call, muted } = client.snapshot$.value
      if (!isOpen(call) || muted.video || call.media.video === 'screen' || call.media.video === false) return
      turnedOff = call.media.video
      send(false)
    },
    turnOn() {
      if (turnedOff === false) return
      send(turnedOff)
      turnedOff = false
    },
  }
}
