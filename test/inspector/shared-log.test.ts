import {
  filter,
  firstValueFrom,
  fromEvent,
  Observable,
  ReplaySubject,
  Subject,
  take,
  toArray,
  type Subscriber,
} from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LogChange } from '../../src/inspect/index.ts'
import { liveTimeline } from '../../src/inspector/live-timeline.ts'
import { newLogName, shareLog, timelineOf, watchedLog } from '../../src/inspector/index.ts'
import { readLogChange } from '../../src/inspector/posted.ts'
import { playedLogs } from './support/logs.ts'

const [log] = playedLogs()
if (!log) throw new Error('nobody played')
const [first, second, third] = log.items
if (!first || !second || !third) throw new Error('nothing was logged')
const begun = { ...log, items: [first] }

/** Everything that a viewer gets, until the test ends. */
function watch(name: string) {
  const change$ = new ReplaySubject<LogChange>(100)
  const watching = watchedLog(name).subscribe(change$)
  onTestFinished(() => watching.unsubscribe())
  return {
    next: (count: number) => firstValueFrom(change$.pipe(take(count), toArray()), { defaultValue: [] }),
  }
}

/** A log under a new name, shared until the test ends. */
function share() {
  let host: Subscriber<LogChange> | undefined
  const change$ = new Observable<LogChange>((subscriber) => {
    host = subscriber
    subscriber.next({ type: 'log', log: begun })
  })
  const name = newLogName()
  const sharing = shareLog({ change$ }, name)
  onTestFinished(() => sharing.unsubscribe())
  return {
    name,
    sharing,
    next: (change: LogChange) => host?.next(change),
    isOpen: () => host?.closed === false,
  }
}

function post(name: string, ...messages: readonly unknown[]): void {
  const channel = new BroadcastChannel(`rxcall-log-${name}`)
  for (const message of messages) channel.postMessage(message)
  onTestFinished(() => channel.close())
}

describe('a shared log', () => {
  it('reaches a viewer as a whole, and then item by item', async () => {
    const { name, next } = share()
    const viewer = watch(name)
    expect(await viewer.next(1)).toEqual([{ type: 'log', log: begun }])
    next({ type: 'item', item: second })
    expect(await viewer.next(2)).toEqual([
      { type: 'log', log: begun },
      { type: 'item', item: second },
    ])
  })

  it('reaches a later viewer with everything that was added meanwhile', async () => {
    const { name, next } = share()
    await watch(name).next(1)
    next({ type: 'item', item: second })
    expect(await watch(name).next(1)).toEqual([{ type: 'log', log: { ...begun, items: [first, second] } }])
  })

  it('ignores whatever a viewer posts besides its hello', async () => {
    const { name, next } = share()
    const viewer = watch(name)
    await viewer.next(1)
    const others = new BroadcastChannel(`rxcall-log-${name}`)
    const heard$ = fromEvent<MessageEvent<unknown>>(others, 'message').pipe(
      filter(({ data }) => data === 'last'),
    )
    const heard = firstValueFrom(heard$, { defaultValue: undefined })
    post(name, null, { type: 'action', action: { type: 'hang-up' } }, { type: 'item', item: third }, 'last')
    await heard
    others.close()
    next({ type: 'item', item: second })
    expect((await viewer.next(2)).at(-1)).toEqual({ type: 'item', item: second })
  })

  it('is released once it is no longer shared', () => {
    const close = vi.spyOn(BroadcastChannel.prototype, 'close')
    onTestFinished(() => close.mockRestore())
    const { sharing, isOpen } = share()
    expect(isOpen()).toBe(true)
    sharing.unsubscribe()
    expect(isOpen()).toBe(false)
    expect(close).toHaveBeenCalledOnce()
  })

  it('has a name of 128 random bits', () => {
    const names = Array.from({ length: 50 }, newLogName)
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(names).size).toBe(50)
  })
})

describe('what another tab posts', () => {
  const change = (changed: unknown) => ({ type: 'change', change: changed })
  const item = (item: unknown) => change({ type: 'item', item })
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
  const action = (more: object) => ({
    type: 'crossing',
    entry: { at: 1, type: 'action', action: { type: 'accept', ...more } },
  })

  it('is read if it is a log, and an item after it', () => {
    const read = readLogChange()
    expect(read(change({ type: 'log', log }))).toEqual({ type: 'log', log })
    expect(read(item(second))).toEqual({ type: 'item', item: second })
  })

  it.each([
    ['no object', 5],
    ['something else', { type: 'hello' }],
    ['a log without items', change({ type: 'log', log: { startedAt: 0, isIncomplete: false } })],
    ['a log at no time', change({ type: 'log', log: { ...log, startedAt: Infinity } })],
    ['a log with rubbish in it', change({ type: 'log', log: { ...log, items: [first, { type: 'step' }] } })],
    ['an entry without its parts', item({ type: 'crossing', entry: { at: 1, type: 'message-sent' } })],
    ['an entry of no known type', item({ type: 'crossing', entry: { at: 1, type: 'command' } })],
    ['a step at no time', item({ type: 'step', at: NaN, number: 1, event: { type: 'ended' } })],
    ['an item that is too deep', item(action({ x: deep(40) }))],
    ['an item that is too large', item(action({ x: 'x'.repeat(2_000_000) }))],
    ['an item that is not plain', item(action({ x: new Map() }))],
  ])('is ignored if it is %s', (_, posted) => {
    const read = readLogChange()
    read(change({ type: 'log', log: begun }))
    expect(read(posted)).toBeUndefined()
  })

  it('is ignored before the log, and past the limit of all items together', () => {
    const read = readLogChange()
    expect(read(item(second))).toBeUndefined()
    read(change({ type: 'log', log: begun }))
    const large = item(action({ x: 'x'.repeat(900_000) }))
    const results = Array.from({ length: 12 }, () => read(large) !== undefined)
    expect(results.filter((isRead) => isRead).length).toBeLessThan(12)
    expect(results[0]).toBe(true)
  })

  it('is drawn even if it makes no sense', () => {
    const nonsense = [
      { at: 1, type: 'timer-set', timer: 1, ms: 1e300 },
      { at: 1, type: 'peer-opened', peer: 1, options: {} },
      { at: 1, type: 'message-sent', message: { type: 'offer', from: 5, to: null } },
      { at: 1, type: 'state', state: { call: null } },
      { at: 1, type: 'action', action: { type: 'media' } },
    ]
    const items = nonsense.map((entry) => ({ type: 'crossing', entry }))
    const read = readLogChange()
    const result = read(change({ type: 'log', log: { ...log, items } }))
    if (result?.type !== 'log') throw new Error('the log was not read')
    expect(timelineOf([result.log]).marbles.length).toBeGreaterThanOrEqual(4)
  })
})

describe('a live timeline', () => {
  it('is the same as one that is made of the whole logs', () => {
    const logs = playedLogs()
    const live = liveTimeline()
    logs.forEach((each, side) => live.change(side, { type: 'log', log: { ...each, items: [] } }))
    logs.forEach((each, side) => {
      for (const [index, item] of each.items.entries()) {
        live.change(side, { type: 'item', item })
        if (index % 40 === 0) live.timeline()
      }
    })
    expect(live.timeline()).toEqual(timelineOf(logs))
    expect(live.timeline()).toBe(live.timeline())
    expect(live.logs()).toEqual(logs)
  })

  it('begins again with another log, and leaves out sides that have not begun', () => {
    const live = liveTimeline()
    const change$ = new Subject<LogChange>()
    change$.subscribe((change) => live.change(1, change))
    change$.next({ type: 'log', log })
    change$.next({ type: 'log', log: begun })
    expect(live.timeline()).toEqual(timelineOf([begun]))
  })
})
