import { describe, expect, it } from 'vitest'
import { withoutNames } from '../../src/inspect/index.ts'
import type { TraceEntry } from '../../src/core/trace/index.ts'
import { play, replay } from '../../src/testing/index.ts'

const { traces } = play({
  'alice smith': {
    does: {
      30: { type: 'call', user: 'bob' },
      900: { type: 'hang-up' },
      40_000: { type: 'call', user: 'nobody' },
    },
  },
  bob: { does: { 100: { type: 'accept' } } },
  ringing: {},
})

describe('withoutNames', () => {
  it.each(Object.entries(traces))('leaves no name in the trace of %s, which replays', (_, trace) => {
    const without = withoutNames(trace)
    const text = JSON.stringify(without)

    // The fake devices name their tracks after the user.
    for (const name of ['"alice smith"', '"bob"', 'nobody']) expect(text.includes(name), name).toBe(false)
    expect(replay(without).divergence).toBeUndefined()
    expect(text).toContain('user-2')
  })

  it('leaves words alone that are the name of a user by chance', () => {
    const phases = withoutNames(traces.bob ?? []).flatMap((entry) =>
      entry.type === 'state' && entry.state.call ? [entry.state.call.phase] : [],
    )

    expect(phases).toContain('ringing')
  })

  it('replaces names in the messages of errors, the longer ones first', () => {
    const entries: TraceEntry[] = [
      { at: 0, type: 'signaling-event', event: { type: 'roster', users: ['bob', 'bob jr', 'a.b'] } },
      {
        at: 1,
        type: 'error',
        error: { error: 'unreachable', message: 'bob jr, bob and a.b left; bobby is here' },
      },
    ]

    expect(withoutNames(entries)[1]).toMatchObject({
      error: { error: 'unreachable', message: 'user-2, user-1 and user-3 left; bobby is here' },
    })
  })

  it('changes nothing in a trace that has been through it', () => {
    const once = withoutNames(traces.bob ?? [])

    expect(withoutNames(once)).toEqual(once)
  })
})
