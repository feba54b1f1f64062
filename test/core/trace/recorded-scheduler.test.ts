import { map } from 'rxjs'
import { expect, it } from 'vitest'
import { awakeTimer } from '../../../src/core/rx/awake-timer.ts'
import { takeNotes } from '../../../src/core/trace/notes.ts'
import { recordedScheduler } from '../../../src/core/trace/recorded-scheduler.ts'
import { marbleTest } from '../support/marble-test.ts'

it.each([
  ['before it ran', '900ms !', ['timer-set', 'timer-cleared']],
  ['between two of its steps', '2500ms !', ['timer-set', 'timer-ran', 'timer-ran', 'timer-cleared']],
  ['after the last one', '10s !', ['timer-set', 'timer-ran', 'timer-ran', 'timer-ran']],
])('notes a repeating timer that is cancelled %s', (_, leave, expected) => {
  const noted: string[] = []
  marbleTest(({ env, expectObservable }) => {
    const scheduler = recordedScheduler(
      env.scheduler,
      takeNotes(env.scheduler, ({ type }) => noted.push(type)),
    )
    const over = leave === '10s !' ? '3s (t|)' : ''
    expectObservable(awakeTimer(3_000, scheduler).pipe(map(() => 't')), leave).toBe(over)
  })()
  expect(noted).toEqual(expected)
})
