import { tap, VirtualTimeScheduler, type Observable } from 'rxjs'
import {
  callPipeline,
  type CallAction,
  type CallEvent,
  type CallStep,
  type Stages,
} from '../../src/core/index.ts'
import { defaultStages } from '../../src/core/stages/index.ts'
import { actionsAt, fakeMedia, virtualId, virtualPeers, virtualRelay } from '../../src/testing/index.ts'

/** One event of a walk. */
export interface Turn {
  /** The depth: 1 for the first event of the walk; for any other, one more than its cause's. */
  readonly turn: number
  readonly event: string
  /** The stage that emitted it, or where it came from; `undefined` if that is not known. */
  readonly from: string | undefined
  readonly type: CallEvent['type']
}

export interface Walk {
  readonly title: string
  readonly turns: readonly Turn[]
  /** The turn in which the message of interest is sent over the wire. */
  readonly toWire: number | undefined
  readonly wire: string
}

/** Where inputs come from. */
const ports: Readonly<Partial<Record<CallEvent['type'], string>>> = {
  action: 'user',
  connection: 'signaling port',
  roster: 'signaling port',
  received: 'signaling port',
  refused: 'signaling port',
  unavailable: 'peer port',
  peer: 'peer port',
}

/** Names an event in a few words: `send invite`, `peer candidate`. */
function describe(event: CallEvent): string {
  switch (event.type) {
    case 'action':
      return `action ${event.action.type}`
    case 'connection':
      return `connection ${event.connection.status}`
    case 'received':
    case 'send':
      return `${event.type} ${event.message.type}`
    case 'peer':
      return `peer ${event.event.type}`
    case 'command':
      return `command ${event.command.type}`
    default:
      return event.type
  }
}

type AnyStage = (...args: readonly unknown[]) => Observable<Partial<CallEvent>>

/** The stages of a client, wrapped so that they note the outputs of each stage in `outputs`, oldest first. */
function noting(outputs: Map<string, string[]>): Stages {
  const note = (stage: string, output: Partial<CallEvent>) => {
    const event = describe(output as CallEvent)
    outputs.set(event, [...(outputs.get(event) ?? []), stage])
  }
  const noted = Object.entries(defaultStages as unknown as Record<string, AnyStage>).map(
    ([name, stage]) =>
      [
        name,
        (...args: readonly unknown[]) => stage(...args).pipe(tap((output) => note(name, output))),
      ] as const,
  )
  return Object.fromEntries(noted) as unknown as Stages
}

/** A step, and the stage that emitted its event. */
interface Noted extends CallStep {
  readonly from: string | undefined
}

function withStages(steps: readonly CallStep[], outputs: ReadonlyMap<string, readonly string[]>): Noted[] {
  const taken = new Map<string, number>()
  return steps.map((step) => {
    const event = describe(step.event)
    const port = step.cause === undefined || step.event.type === 'peer' ? ports[step.event.type] : undefined
    if (port !== undefined) return { ...step, from: port }
    const count = taken.get(event) ?? 0
    taken.set(event, count + 1)
    return { ...step, from: outputs.get(event)?.[count] }
  })
}

/**
 * Returns what follows from the step `first`, by cause. The peer port makes an answer only after it has applied the
 * offer. So that answer has no cause in the log. The walk counts the command that applies the offer as its cause.
 */
function walkFrom(steps: readonly Noted[], first: Noted): Turn[] {
  const turns = new Map<number, Turn>()
  let applying: number | undefined
  for (const { event, number, cause, from } of steps) {
    const isLater = cause === undefined && event.type === 'peer' && event.event.type === 'description'
    const before = number === first.number ? 0 : turns.get((isLater ? applying : cause) ?? -1)?.turn
    if (before === undefined) continue
    turns.set(number, { turn: before + 1, event: describe(event), from, type: event.type })
    if (event.type === 'command' && event.command.type === 'description') applying = number
  }
  return [...turns.values()]
}

type User = 'alice' | 'bob'

/** Runs two clients in virtual time that perform these actions at these milliseconds. */
function run(does: Readonly<Record<User, Readonly<Record<number, CallAction>>>>): Record<User, Noted[]> {
  const scheduler = new VirtualTimeScheduler()
  const relay = virtualRelay({ scheduler, id: () => '' })
  const peers = virtualPeers({ scheduler, id: () => '' })
  const thrownBy: unknown[] = []
  const begin = (user: User, party: number) => {
    let ids = party * 100
    const env = { scheduler, id: () => virtualId(++ids) }
    const outputs = new Map<string, string[]>()
    const steps: CallStep[] = []
    const ports = {
      signaling: relay.port({ user, party: virtualId(party) }),
      peer: peers.port,
      media: fakeMedia(user, env),
    }
    const step$ = callPipeline(actionsAt(does[user], scheduler), ports, env, { stages: noting(outputs) })
    const client = step$.subscribe({
      next: (step) => steps.push(step),
      error: (thrown: unknown) => thrownBy.push(thrown),
    })
    return { outputs, steps, client }
  }
  const [alice, bob] = [begin('alice', 1), begin('bob', 2)]
  scheduler.flush()
  for (const { client } of [alice, bob]) client.unsubscribe()
  if (thrownBy.length > 0)
    throw new Error('the pipeline threw, which it must never do', { cause: thrownBy[0] })
  return { alice: withStages(alice.steps, alice.outputs), bob: withStages(bob.steps, bob.outputs) }
}

/** The walks of a call in virtual time: alice calls bob with audio alone, adds her camera, and hangs up. */
export function walks(): Walk[] {
  const noted = run({
    alice: {
      30: { type: 'call', user: 'bob', media: { audio: true, video: false } },
      400: { type: 'media', change: { video: true } },
      600: { type: 'hang-up' },
    },
    bob: { 100: { type: 'accept' } },
  })
  const walk = (title: string, user: User, first: string, wire: string): Walk => {
    const all = noted[user]
    // The latest offer is the one for the camera. An open connection applies it at once.
    const start =
      first === 'received offer'
        ? all.findLast(({ event }) => describe(event) === first)
        : all.find(({ event }) => describe(event) === first)
    const turns = start ? walkFrom(all, start) : []
    return { title, turns, wire, toWire: turns.find(({ event }) => event === wire)?.turn }
  }
  return [
    walk("`call('bob')`", 'alice', 'action call', 'send invite'),
    walk('An incoming offer', 'bob', 'received offer', 'send answer'),
    walk('A local candidate', 'bob', 'peer candidate', 'send candidates'),
    walk('`hangUp()`', 'alice', 'action hang-up', 'send hang-up'),
  ]
}
