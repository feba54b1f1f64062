import { NEVER, Subject, timer, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createTaskQueue } from '../../../src/testing/simulator/task-queue.ts'

function setUp(clockMs = 0) {
  const world = new VirtualTimeScheduler()
  const log: string[] = []
  const tasks = createTaskQueue()
  const note = (what: string) => () => log.push(`${world.now()} ${what}`)
  return { world, tasks, log, note, scheduler: tasks.scheduler(world, clockMs) }
}

describe('task queue', () => {
  it('queues timers and events while the page is frozen, and runs them in order on resume', () => {
    const { world, tasks, log, note, scheduler } = setUp()
    const source$ = new Subject<string>()
    tasks.stream(source$).subscribe({
      next: (value) => note(value)(),
      complete: note('complete'),
    })
    timer(10, scheduler).subscribe(note('timer'))
    world.schedule(() => tasks.freeze(), 5)
    world.schedule(() => source$.next('event'), 7)
    world.schedule(() => source$.complete(), 12)
    world.schedule(() => tasks.resume(), 20)
    world.schedule(() => tasks.run(note('after')), 30)
    world.flush()
    expect(log).toEqual(['20 event', '20 timer', '20 complete', '30 after'])
  })

  it('drops everything after kill, queued tasks included', () => {
    const { world, tasks, log, note, scheduler } = setUp()
    timer(10, scheduler).subscribe(note('timer'))
    tasks.freeze()
    tasks.run(note('event'))
    tasks.kill()
    tasks.resume()
    world.flush()
    expect(log).toEqual([])
  })

  it('delivers an error as a task', () => {
    const { tasks, log, note } = setUp()
    const source$ = new Subject<string>()
    tasks.stream(source$).subscribe({ error: note('error') })
    tasks.freeze()
    source$.error(new Error('broken'))
    expect(log).toEqual([])
    tasks.resume()
    expect(log).toEqual(['0 error'])
  })

  it('drops a timer that was cancelled while the page was frozen', () => {
    const { world, tasks, log, note, scheduler } = setUp()
    const waiting = timer(10, scheduler).subscribe(note('timer'))
    world.schedule(() => tasks.freeze(), 5)
    world.schedule(() => waiting.unsubscribe(), 15)
    world.schedule(() => tasks.resume(), 20)
    world.flush()
    expect(log).toEqual([])
  })

  it('shifts the clock, but not the timers', () => {
    const { world, log, note, scheduler } = setUp(1_000)
    expect(scheduler.now()).toBe(1_000)
    timer(10, scheduler).subscribe(note('timer'))
    world.flush()
    expect(log).toEqual(['10 timer'])
  })

  it('counts the timers that are set', () => {
    const { world, tasks, scheduler } = setUp()
    const cancelled = timer(10, scheduler).subscribe()
    timer(20, scheduler).subscribe()
    expect(tasks.timers()).toBe(2)
    cancelled.unsubscribe()
    expect(tasks.timers()).toBe(1)
    world.flush()
    expect(tasks.timers()).toBe(0)
  })

  it('takes work without a time for a task that is about to run', () => {
    const { world, tasks, scheduler } = setUp()
    let ran = false
    scheduler.schedule(() => (ran = true))
    expect(tasks.timers()).toBe(0)
    world.flush()
    expect(ran).toBe(true)
  })

  it('calls rested once after a task and everything that followed from it', () => {
    const log: string[] = []
    const tasks = createTaskQueue(() => log.push('rest'))
    tasks.run(() => {
      log.push('event')
      tasks.run(() => log.push('what comes of it'))
    })
    expect(log).toEqual(['event', 'what comes of it', 'rest'])
    tasks.freeze()
    tasks.run(() => log.push('late'))
    expect(log).toHaveLength(3)
    tasks.resume()
    expect(log.slice(3)).toEqual(['late', 'rest'])
  })

  it('unsubscribes from the source', () => {
    let open = true
    const tasks = createTaskQueue()
    const source$ = tasks.stream(NEVER)
    const subscription = source$.subscribe()
    subscription.add(() => (open = false))
    subscription.unsubscribe()
    expect(open).toBe(false)
  })
})
