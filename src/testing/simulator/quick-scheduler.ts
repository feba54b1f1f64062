import { VirtualAction, VirtualTimeScheduler } from 'rxjs'

/** The scheduler of a simulated world: RxJS's own, but that it puts each action in its place instead of sorting them all. */
export const quickScheduler = (): VirtualTimeScheduler => new VirtualTimeScheduler(PlacedAction)

class PlacedAction<T> extends VirtualAction<T> {
  protected override requestAsyncId(scheduler: VirtualTimeScheduler, _id?: unknown, delay = 0): number {
    this.delay = scheduler.frame + delay
    const { actions } = scheduler
    let place = actions.length
    // Of those for the same time, the one that was scheduled first comes first.
    while (place > 0 && (actions[place - 1]?.delay ?? 0) > this.delay) place--
    actions.splice(place, 0, this)
    return 1
  }
}
