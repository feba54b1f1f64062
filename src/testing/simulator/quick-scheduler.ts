import { VirtualAction, VirtualTimeScheduler } from 'rxjs'

/**
 * The scheduler of a simulated world. Unlike RxJS's own, it inserts each action in order instead of sorting them all.
 */
export const quickScheduler = (): VirtualTimeScheduler => new VirtualTimeScheduler(PlacedAction)

class PlacedAction<T> extends VirtualAction<T> {
  protected override requestAsyncId(scheduler: VirtualTimeScheduler, _id?: unknown, delay = 0): number {
    this.delay = scheduler.frame + delay
    const { actions } = scheduler
    let place = actions.length
    // Actions for the same time run in the order in which they were scheduled.
    while (place > 0 && (actions[place - 1]?.delay ?? 0) > this.delay) place--
    actions.splice(place, 0, this)
    return 1
  }
}
