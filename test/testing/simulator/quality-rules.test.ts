import { describe, expect, it } from 'vitest'
import type { CallAction, CallEvent, CallState, Grade } from '../../../src/core/index.ts'
import { unwatched, type QualityWatch } from '../../../src/testing/simulator/quality-watch.ts'
import { callId, connected, ended, opened, peer } from './support/call-events.ts'
import { watched } from './support/watched.ts'

const act = (action: CallAction): CallEvent => ({ type: 'action', action })
const measure = act({ type: 'measure' })
const tell = (receiving: Grade) => act({ type: 'report-quality', report: { receiving, because: [] } })
const quality = (receiving: Grade) => JSON.stringify({ type: 'quality', receiving, because: [] })
const command = (what: Extract<CallEvent, { type: 'command' }>['command']): CallEvent => ({
  type: 'command',
  callId,
  epoch: 0,
  command: what,
})
const getStats = command({ type: 'get-stats' })
const sends = (receiving: Grade) => command({ type: 'send', data: quality(receiving) })
const gets = (receiving: Grade) => peer(0, { type: 'data', data: quality(receiving) })

/** Both are connected to each other, and use these features. */
function pair(features: readonly string[] = ['quality']) {
  const known = features.map((id) => ({ id }))
  const world = watched({}, { alice: known, bob: known })
  const call = (other: 'alice' | 'bob') =>
    ({ ...connected, remote: world[other].client.self, features }) satisfies CallState
  world.alice.sees(opened(0), call('bob'))
  world.bob.sees(opened(0), call('alice'))
  for (const user of [world.alice, world.bob]) {
    user.sees(peer(0, { type: 'connection-state', state: 'connected' }))
    user.sees(peer(0, { type: 'data-open' }))
  }
  return world
}

const watching = (more: Partial<QualityWatch> = {}): QualityWatch => ({
  ...unwatched,
  isOn: () => true,
  ...more,
})

describe('measures-only-in-calls', () => {
  it('accepts figures that a watching client asks for during its call', () => {
    const { alice, broken } = pair()
    alice.holds.watching = watching()
    for (const event of [measure, getStats, measure, getStats]) alice.sees(event)
    expect(broken()).toBeUndefined()
  })

  it('reports figures after the call, without anybody who watches, and without a question', () => {
    const after = pair()
    after.alice.holds.watching = watching()
    after.alice.sees({ type: 'ended', at: 0, callId, reason: 'hung-up', by: 'local' }, ended)
    after.alice.sees(measure)
    expect(after.broken()).toBe('alice: measures-only-in-calls: asks for figures while its call is ended')
    const alone = pair()
    alone.alice.sees(measure)
    expect(alone.broken()).toBe('alice: measures-only-in-calls: asks for figures, and nobody watches')
    const unasked = pair()
    unasked.alice.holds.watching = watching()
    unasked.alice.sees(measure)
    unasked.alice.sees(getStats)
    unasked.alice.sees(getStats)
    expect(unasked.broken()).toBe(
      'alice: measures-only-in-calls: its figures are read, and nobody asked for them',
    )
  })
})

describe('limits-quality-reports', () => {
  it('accepts one report a second, and reports a second one', () => {
    const { alice, at, broken } = pair()
    at(1_000)
    alice.sees(sends('poor'))
    at(2_000)
    alice.sees(sends('good'))
    expect(broken()).toBeUndefined()
    at(2_999)
    alice.sees(sends('poor'))
    expect(broken()).toBe('alice: limits-quality-reports: reports the quality again after 999 ms')
  })
})

describe('quality-reports-arrive', () => {
  /** Alice reports twice, and Bob gets the first report or both. */
  const told = (gotLast: boolean, features?: readonly string[]) => {
    const world = pair(features)
    world.at(1_000)
    world.alice.sees(tell('poor'))
    world.bob.sees(gets('poor'))
    world.at(3_000)
    world.alice.sees(tell('good'))
    if (gotLast) world.bob.sees(gets('good'))
    return world
  }

  it('accepts a report that arrived, one on its way, and one without the feature', () => {
    for (const [world, at] of [
      [told(true), 9_000],
      [told(false), 3_010],
      [told(false, []), 9_000],
    ] as const) {
      world.at(at)
      world.over()
      expect(world.broken()).toBeUndefined()
    }
  })

  it('accepts that a report is lost with its peer connection', () => {
    const world = told(false)
    world.at(3_500)
    world.bob.sees(opened(1))
    world.at(9_000)
    world.over()
    expect(world.broken()).toBeUndefined()
  })

  it('reports one that never arrived', () => {
    const world = told(false)
    world.at(9_000)
    world.over()
    expect(world.broken()).toBe(
      'alice: quality-reports-arrive: reported "good ", and the other side knows "poor "',
    )
  })
})

describe('keeps-sound', () => {
  const off = act({ type: 'media', change: { video: false } })
  const limited = act({ type: 'limit-sending', limits: { maxBitrate: 100_000 } })
  const sent = (audio: boolean): CallEvent => ({
    type: 'media',
    callId,
    media: { stream: null, sent: { audio, video: false } } as Extract<CallEvent, { type: 'media' }>['media'],
  })
  /** Alice adapts: each of these actions is her client's own. */
  const adapting = () => {
    const world = pair()
    world.alice.holds.watching = watching({ isOwn: (action) => action.type !== 'hold' })
    return world
  }

  it('accepts a picture that is limited and then off', () => {
    const { alice, broken } = adapting()
    for (const event of [limited, off, sent(true)]) alice.sees(event)
    expect(broken()).toBeUndefined()
  })

  it('accepts sound that the user turns off', () => {
    const { alice, broken } = pair()
    alice.sees(act({ type: 'media', change: { audio: false } }))
    alice.sees(sent(false))
    expect(broken()).toBeUndefined()
  })

  it('reports sound that is given up, and a picture that was never limited', () => {
    const first = adapting()
    for (const event of [limited, off, sent(false)]) first.alice.sees(event)
    expect(first.broken()).toBe('alice: keeps-sound: gives up its sound before its picture')
    const asks = adapting()
    asks.alice.sees(act({ type: 'media', change: { audio: false } }))
    expect(asks.broken()).toBe('alice: keeps-sound: changes its sound because of the line')
    const early = adapting()
    early.alice.sees(off)
    expect(early.broken()).toBe('alice: keeps-sound: turns its picture off, and never limited it')
  })
})

describe('grade-recovers', () => {
  /** Alice still receives this at the end, 20 s after the last fault. */
  const graded = (receiving: Grade, bobs: Partial<QualityWatch> = {}) => {
    const world = pair()
    const given = { receiving, sending: null, because: { receiving: ['loss'], sending: [] } } as const
    world.alice.holds.watching = watching({
      latest: () => ({ at: 29_000, quality: { ...given, figures: { at: 0, receiving: {}, sending: {} } } }),
      calmAt: () => 10_000,
      endsAt: () => 30_000,
    })
    world.bob.holds.watching = watching(bobs)
    world.at(30_000)
    return world
  }

  it('accepts a good grade, and a bad one while the other side limits its video', () => {
    const step = { step: 1, limits: {}, video: 'on', because: [] } as const
    for (const world of [graded('good'), graded('fair', { step: () => step })]) {
      world.over()
      expect(world.broken()).toBeUndefined()
    }
  })

  it('reports a bad grade though nothing is wrong', () => {
    const world = graded('poor')
    world.over()
    expect(world.broken()).toBe('alice: grade-recovers: still receives poor (loss) after all is well')
  })
})
