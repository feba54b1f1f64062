import { describe, expect, it } from 'vitest'
import { callPipeline, type CallAction, type CallStep } from '../../src/core/index.ts'
import { withFaults, type Faults } from '../../src/inspect/index.ts'
import { play, type Play } from '../../src/testing/index.ts'

const call: CallAction = { type: 'call', user: 'bob' }
const accept: CallAction = { type: 'accept' }
const text: CallAction = { type: 'send', id: 'one', text: 'hello' }

/** alice, whose ports have faults, calls bob. `put` puts faults in at these times. */
function withFaultsAt(
  put: Record<number, (faults: Faults) => void>,
  also: Record<number, CallAction> = {},
): Play {
  return play({
    alice: {
      does: { 100: call, 30_000: { type: 'hang-up' }, ...also },
      pipeline: (action$, ports, env, options) => {
        if (!env) throw new Error('play gives a clock')
        const faulty = withFaults(ports, env.scheduler)
        for (const [at, put1] of Object.entries(put)) env.scheduler.schedule(() => put1(faulty), Number(at))
        return callPipeline(action$, faulty.ports, env, options)
      },
    },
    bob: { does: { 1_500: accept } },
  })
}
const connectionsOf = (steps: readonly CallStep[] | undefined) =>
  steps?.flatMap(({ event }) => (event.type === 'connection' ? [event.connection.status] : []))
const phasesOf = ({ phases }: Play, user: string) => phases[user]?.map(({ phase }) => phase)
const typesOf = (steps: readonly CallStep[] | undefined, type: string) =>
  steps?.filter(({ event }) => event.type === 'received' && event.message.type === type).length

describe('withFaults', () => {
  it('changes nothing without a fault', () => {
    const { phases, steps } = withFaultsAt({})
    const plain = play({
      alice: { does: { 100: call, 30_000: { type: 'hang-up' } } },
      bob: { does: { 1_500: accept } },
    })

    expect(phases).toEqual(plain.phases)
    expect(steps.alice?.map(({ event }) => event.type)).toEqual(
      plain.steps.alice?.map(({ event }) => event.type),
    )
  })

  it('drops the relay, comes back as the same party, and the call goes on', () => {
    const result = withFaultsAt({ 3_000: ({ dropRelay }) => dropRelay(5_000) })

    expect(connectionsOf(result.steps.alice)).toEqual([
      'connecting',
      'online',
      'connecting',
      'connecting',
      'online',
    ])
    expect(phasesOf(result, 'alice')?.at(-1)).toBe('ended:hung-up:local')
    expect(phasesOf(result, 'bob')?.at(-1)).toBe('ended:hung-up:remote')
  })

  it('sends what waited while the relay was dropped', () => {
    const result = withFaultsAt({ 50: ({ dropRelay }) => dropRelay(5_000) })

    const rings = result.phases.bob?.find(({ phase }) => phase === 'ringing')
    expect(rings?.at).toBeGreaterThan(5_000)
  })

  it('ignores another drop while the relay is dropped', () => {
    const result = withFaultsAt({
      3_000: ({ dropRelay }) => dropRelay(5_000),
      4_000: ({ dropRelay }) => dropRelay(20_000),
    })

    expect(connectionsOf(result.steps.alice)?.filter((status) => status === 'online')).toHaveLength(2)
  })

  it('loses the path, and ICE restarts once it stays lost', () => {
    const result = withFaultsAt({ 3_000: ({ losePath }) => losePath(8_000) })

    expect(phasesOf(result, 'alice')).toContain('reconnecting')
    expect(result.steps.alice?.map(({ state }) => state.recovery?.step)).toContain('restart')
    expect(phasesOf(result, 'alice')?.at(-1)).toBe('ended:hung-up:local')
    expect(result.steps.alice?.at(-1)?.state.recovery).toBeNull()
  })

  it('withholds texts while the path is lost, and delivers them afterwards', () => {
    const result = withFaultsAt({ 3_000: ({ losePath }) => losePath(2_000) }, { 4_000: text })

    const delivered = (user: string) =>
      result.steps[user]?.findIndex(({ state }) =>
        state.messages.some(({ delivery }) => delivery === 'delivered'),
      )
    expect(delivered('alice')).toBeGreaterThan(0)
    expect(delivered('bob')).toBeGreaterThan(0)
    expect(phasesOf(result, 'bob')).not.toContain('reconnecting')
  })

  it('delays messages in order, and no longer when it is over', () => {
    const slow = withFaultsAt({ 0: ({ delay }) => delay(500) })
    const fast = withFaultsAt({ 0: ({ delay }) => delay(500), 60: ({ delay }) => delay(0) })
    const connected = ({ phases }: Play) => phases.alice?.find(({ phase }) => phase === 'connected')?.at ?? 0

    expect(connected(slow)).toBeGreaterThan(2_000)
    expect(connected(fast)).toBeLessThan(1_900)
    expect(phasesOf(slow, 'alice')?.at(-1)).toBe('ended:hung-up:local')
  })

  it('doubles the next message, which the client takes once', () => {
    const result = withFaultsAt({ 60: ({ doubleNext }) => doubleNext() })
    const plain = withFaultsAt({})

    expect(result.phases).toEqual(plain.phases)
    expect(typesOf(result.steps.alice, 'ringing')).toBe(1)
  })

  it('says which faults are in effect', () => {
    const seen: unknown[] = []
    withFaultsAt({
      0: ({ active$ }) => void active$.subscribe((active) => seen.push(active)),
      3_000: ({ dropRelay }) => dropRelay(1_000),
      5_000: ({ losePath }) => losePath(1_000),
      7_000: ({ delay }) => delay(500),
      8_000: ({ doubleNext }) => doubleNext(),
    })

    const none = { relayDropped: false, pathLost: false, delayMs: 0, doublesNext: false }
    expect(seen.slice(0, 7)).toEqual([
      none,
      { ...none, relayDropped: true },
      none,
      { ...none, pathLost: true },
      none,
      { ...none, delayMs: 500 },
      { ...none, delayMs: 500, doublesNext: true },
    ])
    expect(seen.at(-1)).toEqual({ ...none, delayMs: 500 })
  })
})
