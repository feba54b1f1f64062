import type { PeerRole } from '../agent-messages.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import type { PeerHandle } from '../peer-handle.ts'
import type { Side } from '../side.ts'
import { both, connected, openPair, type Pair, type Stage } from '../stage.ts'
import { eventually, insist, pause } from '../waiting.ts'
import { isAnswer, isOffer, straight, type Signal, type Way } from '../wire.ts'

const roles = ['offerer', 'answerer'] as const satisfies readonly PeerRole[]
const otherOf = (role: PeerRole): PeerRole => (role === 'offerer' ? 'answerer' : 'offerer')

/** Milliseconds to wait for something that must not happen. */
const graceMs = 300

/** Until it is opened, delivers only signals that pass `isThrough`. Then delivers those that it held back. */
function gate(isThrough: (signal: Signal) => boolean): { readonly way: Way; readonly open: () => void } {
  const held: (() => void)[] = []
  let isOpen = false
  return {
    way: (signal, from, deliver) => {
      if (isOpen || isThrough(signal)) straight(signal, from, deliver)
      else held.push(() => deliver(signal))
    },
    open: () => {
      isOpen = true
      held.forEach((deliver) => deliver())
    },
  }
}

interface Moment {
  readonly name: string
  /** Which signals are delivered before that moment. */
  readonly lets: (signal: Signal) => boolean
  readonly reach: (pair: Pair) => Promise<unknown>
  /** Whether the connection itself can tell the other side that this one is gone. */
  readonly isKnown: boolean
}

const moments: readonly Moment[] = [
  {
    name: 'before the offer arrives',
    lets: () => false,
    reach: ({ offerer }) => offerer.saw('description'),
    isKnown: false,
  },
  {
    name: 'while the offer is being applied',
    lets: isOffer,
    // The request to close immediately follows the offer.
    reach: ({ offerer }) => offerer.saw('description'),
    isKnown: false,
  },
  {
    name: 'before the answer arrives',
    lets: isOffer,
    reach: ({ answerer }) => answerer.saw('description'),
    isKnown: false,
  },
  {
    name: 'while connecting',
    lets: (signal) => isOffer(signal) || isAnswer(signal),
    reach: ({ offerer }) => offerer.saw('signaling-state', { where: ({ state }) => state === 'stable' }),
    isKnown: false,
  },
]

const noneOpen = (side: Side, before: number): Promise<void> =>
  eventually(async () => {
    const { open } = await side.census()
    return open <= before ? null : `${String(open - before)} connections are still open`
  })

/** Closing again, and commands after the end, do nothing. */
async function insistSilence(peer: PeerHandle, told: number): Promise<void> {
  insist(!(await peer.isListening()), `the ${peer.role} is still subscribed to its commands`)
  await peer.command({ type: 'renegotiate' })
  await peer.command({ type: 'restart' })
  await peer.command({ type: 'measure' })
  await peer.command({ type: 'send', data: 'late' })
  await peer.command({ type: 'candidate', candidate: null })
  await peer.command({ type: 'track', kind: 'audio', track: null })
  await pause(graceMs)
  insist(peer.events.length <= told, `the ${peer.role} emitted more after its end`)
}

async function closeAt(stage: Stage, role: PeerRole, moment: Moment): Promise<void> {
  const before = { offerer: await stage.offerer.census(), answerer: await stage.answerer.census() }
  const { way, open } = gate(moment.lets)
  const pair = await openPair(stage, { sends: { offerer: both, answerer: both }, way })
  await moment.reach(pair)
  const told = await pair[role].close()
  // Everything in flight arrives after the end.
  open()
  await insistSilence(pair[role], told)

  const other = pair[otherOf(role)]
  const error = other.all('errored')[0]
  insist(
    error === undefined || error.code !== null,
    `the ${other.role} errored with no CallError: ${error?.message ?? ''}`,
  )
  await insistSilence(other, await other.close())
  for (const each of roles) await noneOpen(stage[each], before[each].open)
}

/** Over an open connection, the other side learns of the close. */
async function closeConnected(
  stage: Stage,
  role: PeerRole,
  prepare: (pair: Pair) => Promise<void>,
): Promise<void> {
  const before = { offerer: await stage.offerer.census(), answerer: await stage.answerer.census() }
  let isCut = false
  const pair = await openPair(stage, {
    sends: { offerer: both, answerer: both },
    way: (signal, _from, deliver) => {
      if (!isCut) deliver(signal)
    },
  })
  await connected(pair)
  isCut = true
  await prepare(pair)
  await insistSilence(pair[role], await pair[role].close())

  const other = pair[otherOf(role)]
  const end = await other.ended()
  insist(
    end.type === 'completed',
    `the ${other.role} did not complete when the other side closed, but ${end.type === 'errored' ? `errored: ${end.message}` : end.type}`,
  )
  await insistSilence(other, other.events.length)
  for (const each of roles) await noneOpen(stage[each], before[each].open)
}

export const closing: readonly ConformanceCase[] = roles.flatMap((role) => [
  ...moments.map((moment) =>
    conformanceCase(`closes at the ${role} ${moment.name}`, (stage) => closeAt(stage, role, moment)),
  ),
  conformanceCase(`closes at the ${role} when connected, and completes at the other side`, (stage) =>
    closeConnected(stage, role, () => Promise.resolve()),
  ),
  conformanceCase(
    `closes at the ${role} in the middle of an ICE restart, and completes at the other side`,
    (stage) =>
      closeConnected(stage, role, async ({ offerer }) => {
        const since = offerer.events.length
        await offerer.command({ type: 'restart' })
        await offerer.saw('description', { since })
      }),
    { needs: ['ice-restart'] },
  ),
])
