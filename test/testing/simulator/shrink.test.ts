import { describe, expect, it } from 'vitest'
import { generate } from '../../../src/testing/simulator/generate.ts'
import { faultKinds, type Scenario } from '../../../src/testing/simulator/scenario.ts'
import { shrink, shrinkInSteps } from '../../../src/testing/simulator/shrink.ts'

const large = generate(7, { clients: 3, faults: new Set(faultKinds) })
const calls = (scenario: Scenario) =>
  scenario.timeline.filter((entry) => 'action' in entry && entry.action.type === 'call')

describe('shrink', () => {
  it('keeps only what the failure needs', () => {
    const small = shrink(large, (part) => calls(part).length > 0)
    expect(small.timeline).toHaveLength(1)
    expect(small.clients).toEqual([
      {
        user: expect.any(String) as string,
        clockMs: 0,
        answers: [{ afterMs: 0, does: 'accept' }],
        captures: [{ afterMs: 0 }],
        peer: 'native',
      },
    ])
    expect(small).not.toHaveProperty('relayFeatures')
  })

  it('keeps entries that are needed together', () => {
    const [first, last] = [large.timeline[0], large.timeline.at(-1)]
    const holds = ({ timeline }: Scenario, at?: number) => timeline.some((entry) => entry.at === at)
    const small = shrink(large, (part) => holds(part, first?.at) && holds(part, last?.at))
    expect(small.timeline.map(({ at }) => at)).toEqual([first?.at, last?.at])
  })

  it('gives the clients after one that it leaves out other indexes', () => {
    const last = large.clients.at(-1)?.user
    const small = shrink(large, ({ clients, timeline }) =>
      timeline.some((entry) => 'client' in entry && clients[entry.client]?.user === last),
    )
    expect(small.clients.map(({ user }) => user)).toEqual([last])
    expect(small.timeline).toMatchObject([{ client: 0 }])
  })

  it('returns a scenario of which nothing can be left out as it is', () => {
    expect(shrink(large, (part) => part === large)).toBe(large)
  })
})

describe('shrinkInSteps', () => {
  it('pauses after each part that it tries, with the smallest so far', () => {
    let tries = 0
    const sizes: number[] = []
    const fails = (part: Scenario) => {
      tries++
      return calls(part).length > 0
    }
    for (const { timeline } of shrinkInSteps(large, fails)) {
      sizes.push(timeline.length)
      expect(tries).toBe(sizes.length)
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sizes.at(-1)).toBe(1)
  })
})
