import 'rxcall/inspector'
import { logged } from 'rxcall/inspect'
import { play } from 'rxcall/testing'

/** @typedef {import('rxcall/inspect').CallLog} CallLog */
/** @typedef {import('rxcall/inspect').LogItem} LogItem */
/** @typedef {import('rxcall/testing').Role} Role */

/** The events in the inspector, and the length of each call among them in milliseconds. */
const [events, span] = [10_000, 5_000]

/** @type {(item: LogItem, ms: number) => LogItem} */
const later = (item, ms) =>
  item.type === 'step'
    ? { ...item, at: item.at + ms }
    : { ...item, entry: { ...item.entry, at: item.entry.at + ms } }

/** Both sides of one call after another. @type {() => CallLog[]} */
function manyLogs() {
  /** @type {[string, Role][]} */
  const roles = [
    ['alice', { does: { 30: { type: 'call', user: 'bob' }, 4_000: { type: 'hang-up' } } }],
    ['bob', { does: { 900: { type: 'accept' } } }],
  ]
  const logs = roles.map(([user, role]) => ({ user, role, items: /** @type {LogItem[]} */ ([]) }))
  play(
    Object.fromEntries(
      logs.map(({ user, role, items }) => [
        user,
        { ...role, pipeline: logged((item) => void items.push(item)) },
      ]),
    ),
  )
  return logs.map(({ items }) => ({
    startedAt: 0,
    isIncomplete: false,
    items: Array.from({ length: 60 }, (_, round) => items.map((item) => later(item, round * span))).flat(),
  }))
}

/** Counts the frames of `seconds` seconds, with `act` before each of them. @type {(seconds: number, act: (frame: number) => void) => Promise<number>} */
function framesPerSecond(seconds, act) {
  return new Promise((resolve) => {
    let frames = 0
    /** @type {number | undefined} */
    let start
    const frame = (/** @type {number} */ now) => {
      start ??= now
      if (now - start >= seconds * 1_000) {
        resolve(frames / ((now - start) / 1_000))
        return
      }
      act(frames++)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

/** The functions that inspector.js calls in the page. */
export const bench = {
  /** An empty page. */
  control: () => framesPerSecond(2, () => undefined),
  /** How many events are shown, and frames while they are moved: all of them in sight, or a part. */
  async inspector(/** @type {boolean} */ isZoomed) {
    const inspector = document.createElement('rxcall-inspector')
    document.body.append(inspector)
    inspector.logs = manyLogs()
    await framesPerSecond(0.2, () => undefined)
    const canvas = inspector.shadowRoot?.querySelector('canvas')
    const press = (/** @type {string} */ key) => canvas?.dispatchEvent(new KeyboardEvent('keydown', { key }))
    if (isZoomed) for (let times = 0; times < 12; times++) press('+')
    // Zooming in and out again draws everything again, as moving does.
    const frames = await framesPerSecond(2, (frame) => void press(frame % 2 === 0 ? '+' : '-'))
    const shown = Number(canvas?.getAttribute('aria-valuemax'))
    inspector.remove()
    if (shown < events) throw new Error(`only ${shown} events are shown`)
    return frames
  },
}

Object.assign(globalThis, { bench })
