import { EMPTY, NEVER, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { callPipeline, createCallClient, type OutgoingMessage, type Stages } from '../../../src/core/index.ts'
import { teardown, transport } from '../../../src/core/stages/index.ts'
import { play, type Role } from '../../../src/testing/index.ts'
import { mediaPort } from '../support/media.ts'

const ports = {
  signaling: { connect: () => NEVER },
  peer: { open: () => NEVER },
  media: mediaPort(() => NEVER),
}
const bob: Role = { does: { 100: { type: 'accept' } } }
const calls: Required<Role>['does'] = { 30: { type: 'call', user: 'bob' }, 400: { type: 'hang-up' } }
/** Names that the types would refuse. */
const wrong = (stages: Readonly<Record<string, unknown>>) => stages as Partial<Stages>

describe('a stage that is replaced by name', () => {
  it('replaces the built-in one', () => {
    const does: Role['does'] = { 30: { type: 'call', user: 'bob' } }
    const { phases } = play({ alice: { does, stages: { recovery: () => EMPTY } }, bob })
    // Nobody reports that the peer connection is up, so the call runs into its timeout.
    expect(phases.alice?.some(({ phase }) => phase === 'connected')).toBe(false)
    expect(phases.alice?.at(-1)?.phase).toBe('ended:failed:local')
  })

  it('can wrap the built-in one', () => {
    const noted: string[] = []
    const noting: Stages['teardown'] = (sources, env) =>
      teardown(sources, env).pipe(tap(({ type }) => noted.push(type)))
    play({ alice: { does: calls, stages: { teardown: noting } }, bob })
    expect(noted).toEqual(['send', 'ended'])
  })

  it('runs in a recorded client, too', () => {
    const { traces } = play({ alice: { does: calls, stages: { caller: () => EMPTY } }, bob })
    const sent = traces.alice?.filter((entry) => JSON.stringify(entry).includes('"invite"'))
    expect(sent).toEqual([])
  })
})

describe('the stages outside a call', () => {
  it.each([
    ['transport', 'connection online'],
    ['userActions', 'outgoing'],
    ['incomingInvites', 'incoming'],
    ['strayMessages', 'dismissed'],
  ] as const)('emits nothing of %s when a silent stage replaces it', (name, event) => {
    const silent: Partial<Stages> = { [name]: () => NEVER }
    expect(eventsOf({})).toContain(event)
    expect(eventsOf(silent)).not.toContain(event)
  })

  it('lets a transport change the messages to the relay', () => {
    const sent: OutgoingMessage['type'][] = []
    const listening: Stages['transport'] = (sources, port, env) =>
      transport(
        sources,
        { connect: (message$) => port.connect(message$.pipe(tap(({ type }) => sent.push(type)))) },
        env,
      )
    play({ alice: { does: calls, stages: { transport: listening } }, bob })
    // The transport also sends acknowledgements.
    expect(sent).toEqual(expect.arrayContaining(['invite', 'ack', 'select', 'hang-up']))
  })
})

/** Runs carol with these stages. She calls bob. Alice's cancel overtakes alice's invite. Then bob calls back. */
function eventsOf(stages: Partial<Stages>): string[] {
  const { steps } = play(
    {
      carol: { does: calls, stages },
      alice: { does: { 1_000: { type: 'call', user: 'carol' }, 1_050: { type: 'hang-up' } } },
      bob: { does: { 2_000: { type: 'call', user: 'carol' } } },
    },
    { disturb: ({ type, from }) => (type === 'invite' && from.user === 'alice' ? [200] : [0]) },
  )
  return (steps.carol ?? []).map(({ event }) =>
    event.type === 'connection' ? `connection ${event.connection.status}` : event.type,
  )
}

describe('invalid stages', () => {
  it('throw a TypeError that names the stages, for an unknown name', () => {
    const make = () => createCallClient({ ...ports, stages: wrong({ recover: () => EMPTY }) })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(
      'unknown stage: stages.recover; the stages are transport, userActions, strayMessages, incomingInvites, localMedia, caller',
    )
  })

  it('throw a TypeError for anything but a function', () => {
    const make = () => callPipeline(NEVER, ports, undefined, { stages: wrong({ recovery: null }) })
    expect(make).toThrow(TypeError)
    expect(make).toThrow('stages.recovery is object: expected a function')
  })
})
