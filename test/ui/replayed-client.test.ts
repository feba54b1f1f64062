import { describe, expect, it } from 'vitest'
import { play, replay } from '../../src/testing/index.ts'
import { replayedClient } from '../../src/ui/replay/replayed-client.ts'

const { traces } = play({
  alice: { does: { 100: { type: 'call', user: 'bob' }, 2_000: { type: 'hang-up' } } },
  bob: { does: { 500: { type: 'accept' } } },
})
const { steps } = replay(traces.alice ?? [])
const replayed = () => {
  const shown: unknown[] = []
  const { create, at$ } = replayedClient(steps, (stream) => {
    if (stream) shown.push(stream)
    return null
  })
  return { client: create(), at$, shown }
}

describe('a replayed client', () => {
  it('has the state of the recording at each time, forward and back', () => {
    const { client, at$ } = replayed()
    const phaseAt = (at: number) => {
      at$.next(at)
      return client.state$.value.phase
    }

    expect([50, 200, 1_500, 2_500, 200, 50].map(phaseAt)).toEqual([
      'idle',
      'calling',
      'connected',
      'ended',
      'calling',
      'idle',
    ])
  })

  it('shows other streams than those of the recording', () => {
    const { client, at$, shown } = replayed()
    at$.next(1_500)

    expect(shown.length).toBeGreaterThan(0)
    expect(client.localStream$.value).toBeNull()
  })

  it('does nothing when a user acts', () => {
    const { client, at$ } = replayed()
    at$.next(1_500)
    client.hangUp()

    expect(client.state$.value.phase).toBe('connected')
  })
})
