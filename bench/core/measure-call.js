import { Observable, Subject, map, takeUntil } from 'rxjs'
import { inspect } from 'rxcall/inspect'
import { plainCall } from './plain-call.js'

/** @typedef {import('rxcall').CallStep} CallStep */

/**
 * Counts the work of the pipeline in one plain call. `turns` sums, over all inputs, the longest chain of events that
 * each one causes. `subscriptions` includes those that RxJS's operators make.
 *
 * @returns {{ turns: number, events: number, subscriptions: number }}
 */
export function countCall() {
  /** @type {(...args: never[]) => unknown} */
  const subscribe = Reflect.get(Observable.prototype, 'subscribe')
  let subscriptions = 0
  /** @type {CallStep[]} */
  const steps = []
  /** @type {(this: unknown, ...args: unknown[]) => unknown} */
  function counted(...args) {
    subscriptions++
    return Reflect.apply(subscribe, this, args)
  }
  Reflect.set(Observable.prototype, 'subscribe', counted)
  try {
    plainCall((step) => steps.push(step))
  } finally {
    Reflect.set(Observable.prototype, 'subscribe', subscribe)
  }
  return { turns: turnsOf(steps), events: steps.length, subscriptions }
}

/** @param {readonly CallStep[]} steps */
function turnsOf(steps) {
  /** @type {Map<number, { input: number, depth: number }>} */
  const places = new Map()
  /** @type {Map<number, number>} */
  const longest = new Map()
  for (const { number, cause } of steps) {
    const before = cause === undefined ? undefined : places.get(cause)
    const place = { input: before?.input ?? number, depth: (before?.depth ?? 0) + 1 }
    places.set(number, place)
    longest.set(place.input, Math.max(longest.get(place.input) ?? 0, place.depth))
  }
  return [...longest.values()].reduce((sum, depth) => sum + depth, 0)
}

/**
 * Measures the CPU of one plain call in milliseconds, and that of the control: the same number of subscriptions to a
 * short chain of RxJS operators. Each round measures both.
 *
 * @param {{ rounds: number, calls: number, subscriptions: number }} options
 * @returns {{ call: number[], control: number[] }}
 */
export function measureCall({ rounds, calls, subscriptions }) {
  /** @type {{ call: number[], control: number[] }} */
  const results = { call: [], control: [] }
  for (let round = -1; round < rounds; round++) {
    const call = cpuOf(() => plainCall(() => undefined), calls)
    const control = cpuOf(() => subscribeOften(subscriptions), calls)
    if (round < 0) continue
    results.call.push(call)
    results.control.push(control)
  }
  return results
}

/**
 * Measures the CPU of one call in milliseconds, with and without `inspect()`, and with descriptions of a usual size.
 * Each round measures both.
 *
 * @param {{ rounds: number, calls: number, sdp: string }} options
 * @returns {{ plain: number[], inspected: number[] }}
 */
export function measureInspect({ rounds, calls, sdp }) {
  /** @type {{ plain: number[], inspected: number[] }} */
  const results = { plain: [], inspected: [] }
  for (let round = -1; round < rounds; round++) {
    const plain = cpuOf(() => plainCall(() => undefined, { sdp }), calls)
    const inspected = cpuOf(() => plainCall(() => undefined, { sdp, pipeline: inspect() }), calls)
    if (round < 0) continue
    results.plain.push(plain)
    results.inspected.push(inspected)
  }
  return results
}

/** @type {(work: () => void, times: number) => number} */
function cpuOf(work, times) {
  const before = process.cpuUsage()
  for (let count = 0; count < times; count++) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}

/** The operators of this chain make two more subscriptions. */
const perChain = 4

/** @param {number} subscriptions */
function subscribeOften(subscriptions) {
  /** @type {Subject<number>} */
  const source$ = new Subject()
  const end$ = new Subject()
  const chain$ = source$.pipe(
    map((value) => value + 1),
    takeUntil(end$),
  )
  for (let count = 0; count < subscriptions / perChain; count++) chain$.subscribe()
  source$.next(1)
  end$.next(undefined)
}
