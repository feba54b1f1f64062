import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { expect } from 'vitest'

/** The events of one side, each kind in a separate lane, because how the lanes interleave depends on timing. */
export type Lanes = Record<string, readonly string[]>

/** Notes events by lane. A repeated one is noted once, because libwebrtc in Node repeats a state that it reads late. */
export class LaneLog {
  private readonly lanes: Record<string, string[]> = {}

  note(lane: string, what: string): void {
    const notes = (this.lanes[lane] ??= [])
    if (!(repeatable.has(lane) || notes.at(-1) !== what)) return
    notes.push(what)
  }

  /** Whether `what` was emitted; `what-3` asks for the third time. */
  has(what: string): boolean {
    const [, name = what, times = '1'] = /^(.+)-(\d+)$/.exec(what) ?? []
    return Object.values(this.lanes).some(
      (notes) => notes.filter((note) => note === name).length >= Number(times),
    )
  }

  get all(): Lanes {
    // Tracks come in no certain order.
    return Object.fromEntries(
      Object.entries(this.lanes).map(([lane, notes]) => [
        lane,
        lane.startsWith('track') ? [...notes].sort() : [...notes],
      ]),
    )
  }
}

const repeatable = new Set(['data', 'track-added', 'track-removed', 'description', 'negotiation'])

/** States that are passed through, and that libwebrtc in Node, which reads its states late, may leave out. */
const passing = new Set(['new', 'checking', 'connecting', 'gathering'])

/** The lanes without events that libwebrtc in Node does not emit reliably. It never reports a removed track. */
export function comparable(lanes: Lanes): Lanes {
  const kept = Object.entries(lanes).map(([lane, notes]): [string, readonly string[]] => [
    lane,
    lane.endsWith('-state') && lane !== 'signaling-state'
      ? notes
          .map((state) => (state === 'completed' ? 'connected' : state))
          .filter((state, i, all) => !passing.has(state) && state !== all[i - 1])
      : notes,
  ])
  return Object.fromEntries(kept.filter(([lane, notes]) => notes.length > 0 && lane !== 'track-removed'))
}

/** Waits until `real()` equals the result of the fake, and then a little longer, so that nothing is added. */
export async function expectSoon(real: () => unknown, fake: unknown): Promise<void> {
  await expect.poll(real, { timeout: 4000, interval: 5 }).toEqual(fake)
  for (let turn = 0; turn < 20; turn++) await eventLoopTurn()
  expect(real()).toEqual(fake)
}
