import { interval, take, VirtualTimeScheduler } from 'rxjs'
import { expect, it } from 'vitest'
import { quickScheduler } from '../../../src/testing/simulator/quick-scheduler.ts'
import { seededRandom } from '../../../src/testing/simulator/random.ts'

/** What runs when, where work schedules more work and takes some back. */
function story(scheduler: VirtualTimeScheduler): string[] {
  const random = seededRandom(3)
  const told: string[] = []
  const plan = (name: string, depth: number) => {
    const action = scheduler.schedule(
      () => {
        told.push(`${scheduler.now()} ${name}`)
        for (let n = 0; depth > 0 && n < 3; n++) plan(`${name}${n}`, depth - 1)
      },
      random.int(0, 5),
    )
    if (random.chance(0.1)) action.unsubscribe()
  }
  for (let n = 0; n < 10; n++) plan(`${n}`, 3)
  interval(2, scheduler)
    .pipe(take(5))
    .subscribe((n) => told.push(`${scheduler.now()} tick ${n}`))
  scheduler.flush()
  return told
}

it('runs everything when the scheduler of RxJS does, and in the same order', () => {
  const expected = story(new VirtualTimeScheduler())
  expect(expected.length).toBeGreaterThan(200)
  expect(story(quickScheduler())).toEqual(expected)
})
