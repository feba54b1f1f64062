import { NEVER, Subject, timer, VirtualTimeScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createGate } from '../../../src/testing/simulator/gate.ts'

function setUp(clockMs = 0) {
  const world = new VirtualTimeScheduler()
  const log: string[] = []
  const gate = createGate()
  const note = (what: string) => () => log.push(`${world.now()} ${what}`)
  return { world, gate, log, note, scheduler: gate.scheduler(world, clockMs) }
}

describe('gate', () => {
  it('holds timers and events back while the client is frozen, and then lets them through in order', () => {
    const { world, gate, log, note, scheduler } = setUp()
    const source$ = new Subject<string>()
    gate.stream(source$).subscribe({
      next: (value) => note(value)(),
      complete: note('complete'),
    })
    timer(10, scheduler).subscribe(note('timer'))
    world.schedule(() => gate.freeze(), 5)
    world.schedule(() => source$.next('event'), 7)
    world.schedule(() => source$.complete(), 12)
    world.schedule(() => gate.thaw(), 20)
    world.schedule(() => gate.run(note('after')), 30)
    world.flush()
    expect(log).toEqual(['20 event', '20 timer', '20 complete', '30 after'])
  })

  it('lets nothing through once the client is dead, not even what was held back', () => {
    const { world, gate, log, note, scheduler } = setUp()
    timer(10, scheduler).subscribe(note('timer'))
    gate.freeze()
    gate.run(note('event'))
    gate.kill()
    gate.thaw()
    world.flush()
    expect(log).toEqual([])
  })

  it('passes an error on as an event', () => {
    const { gate, log, note } = setUp()
    const source$ = new Subject<string>()
    gate.stream(source$).subscribe({ error: note('error') })
    gate.freeze()
    source$.error(new Error('broken'))
    expect(log).toEqual([])
    gate.thaw()
    expect(log).toEqual(['0 error'])
  })

  it('drops a timer that was cancelled while the client was frozen', () => {
    const { world, gate, log, note, scheduler } = setUp()
    const waiting = timer(10, scheduler).subscribe(note('timer'))
    world.schedule(() => gate.freeze(), 5)
    world.schedule(() => waiting.unsubscribe(), 15)
    world.schedule(() => gate.thaw(), 20)
    world.flush()
    expect(log).toEqual([])
  })

  it('has a clock that may be wrong, and timers that are not', () => {
    const { world, log, note, scheduler } = setUp(1_000)
    expect(scheduler.now()).toBe(1_000)
    timer(10, scheduler).subscribe(note('timer'))
    world.flush()
    expect(log).toEqual(['10 timer'])
  })

  it('counts the timers that are set', () => {
    const { world, gate, scheduler } = setUp()
    const cancelled = timer(10, scheduler).subscribe()
    timer(20, scheduler).subscribe()
    expect(gate.timers()).toBe(2)
    cancelled.unsubscribe()
    expect(gate.timers()).toBe(1)
    world.flush()
    expect(gate.timers()).toBe(0)
  })

  it('says when the client has come to rest, once for all that came of one event', () => {
    const log: string[] = []
    const gate = createGate(() => log.push('rest'))
    gate.run(() => {
      log.push('event')
      gate.run(() => log.push('what comes of it'))
    })
    expect(log).toEqual(['event', 'what comes of it', 'rest'])
    gate.freeze()
    gate.run(() => log.push('late'))
    expect(log).toHaveLength(3)
    gate.thaw()
    expect(log.slice(3)).toEqual(['late', 'rest'])
  })

  it('unsubscribes from what it passes on', () => {
    let open = true
    const gate = createGate()
    const source$ = gate.stream(NEVER)
    const subscription = source$.subscribe()
    subscription.add(() => (open = false))
    subscription.unsubscribe()
    expect(open).toBe(false)
  })
})
