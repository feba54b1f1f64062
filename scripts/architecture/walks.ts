import { callPipeline, type CallAction, type CallEvent, type CallStep } from '../../src/core/index.ts'
import { namedStages, stageOf } from '../../src/inspect/named-stages.ts'
import { subjectOf } from '../../src/inspect/subject-of.ts'
import { play } from '../../src/testing/index.ts'

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
const describe = (event: CallEvent): string => [event.type, subjectOf(event) ?? []].flat().join(' ')

/** A step, and the stage that emitted its event. */
interface Noted extends CallStep {
  readonly from: string | undefined
}

function withStage(step: CallStep): Noted {
  const { event, cause } = step
  const port = cause === undefined || event.type === 'peer' ? ports[event.type] : undefined
  return { ...step, from: port ?? stageOf(event) }
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
  const role = (user: User) => ({ does: does[user], stages: namedStages(undefined), pipeline: callPipeline })
  const { steps } = play({ alice: role('alice'), bob: role('bob') })
  const noted = (user: User) => (steps[user] ?? []).map(withStage)
  return { alice: noted('alice'), bob: noted('bob') }
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
