import { describe, expect, it } from 'vitest'
import { logged, traceIn, type LoggedStep, type LogItem } from '../../src/inspect/index.ts'
import { replay, play } from '../../src/testing/index.ts'

const run = (write: (item: LogItem) => void) =>
  play({
    alice: {
      does: {
        30: { type: 'call', user: 'bob' },
        500: { type: 'send', id: 'one', text: 'a secret' },
        900: { type: 'hang-up' },
      },
      pipeline: logged(write),
    },
    bob: { does: { 100: { type: 'accept' } } },
  })
const logOfCall = () => {
  const items: LogItem[] = []
  const { steps } = run((item) => items.push(item))
  return { items, steps: steps.alice ?? [] }
}
const stepsOf = (items: readonly LogItem[]): LoggedStep[] =>
  items.filter((item): item is LoggedStep => item.type === 'step')

describe('a log', () => {
  it('has every step of its client, with number and cause', () => {
    const { items, steps } = logOfCall()

    expect(stepsOf(items).map(({ number, cause, event }) => [number, cause, event.type])).toEqual(
      steps.map(({ number, cause, event }) => [number, cause, event.type]),
    )
  })

  it('names the stage that emitted an event, and none for what came through a port', () => {
    const steps = stepsOf(logOfCall().items)
    const emittedBy = (name: string | undefined) =>
      steps.flatMap(({ stage, event }) =>
        stage === name ? [`${event.type} ${event.subject ?? ''}`.trim()] : [],
      )

    expect(emittedBy('userActions')).toContain('outgoing')
    expect(emittedBy('caller')).toContain('send invite')
    expect(emittedBy('peerConnections')).toEqual(
      expect.arrayContaining(['command description', 'send offer', 'send candidates']),
    )
    expect(emittedBy('teardown')).toContain('ended')
    expect(emittedBy(undefined)).toEqual(expect.arrayContaining(['action call', 'action hang-up']))
    expect(emittedBy(undefined).filter((event) => /^(send|command)/.test(event))).toEqual([])
  })

  it('holds a trace that replays, in the order of its steps', () => {
    const { items } = logOfCall()
    const entries = traceIn({ items })

    expect(replay(entries).divergence).toBeUndefined()
    // What a step shows is behind it, as is everything else that it leads to.
    const shown = items.findIndex(
      (item) =>
        item.type === 'crossing' && item.entry.type === 'state' && item.entry.state.call?.phase === 'ended',
    )
    expect(items[shown - 1]).toMatchObject({ type: 'step', event: { type: 'ended' } })
  })

  it('has no text that was written', () => {
    const log = JSON.stringify(logOfCall().items)

    expect(log).toContain('"type":"text"')
    expect(log).not.toContain('a secret')
  })

  it('changes nothing', () => {
    const { steps } = logOfCall()
    const plain = play({
      alice: {
        does: {
          30: { type: 'call', user: 'bob' },
          500: { type: 'send', id: 'one', text: 'a secret' },
          900: { type: 'hang-up' },
        },
      },
      bob: { does: { 100: { type: 'accept' } } },
    })

    expect(steps.map(({ event }) => event.type)).toEqual(plain.steps.alice?.map(({ event }) => event.type))
  })
})
