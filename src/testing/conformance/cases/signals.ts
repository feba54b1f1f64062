import type { PeerRole } from '../agent-messages.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken, type PeerHandle } from '../peer-handle.ts'
import { both, connected, exchangeTexts, openConnected, openPair, type Pair, type Stage } from '../stage.ts'
import { insist, pause } from '../waiting.ts'
import { isAnswer, isOffer, isSignal, straight, type Signal, type Way } from '../wire.ts'

/** Milliseconds to wait for something that must not happen. */
const graceMs = 700

/** Connects with this delivery of signals, and sends media and text both ways. */
function connects(way: () => Way): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const pair = await openPair(stage, { sends: { offerer: both, answerer: both }, way: way() })
    await connected(pair)
    await insistWorking(pair)
  }
}

async function insistWorking(pair: Pair): Promise<void> {
  await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
  await exchangeTexts(pair, 'still here')
  insistUnbroken(pair.offerer, pair.answerer)
}

const twice =
  (test: (signal: Signal) => boolean): Way =>
  (signal, _from, deliver) => {
    deliver(signal)
    if (test(signal)) deliver(signal)
  }

const lateBy =
  (ms: number, test: (signal: Signal, from: PeerRole) => boolean): Way =>
  (signal, from, deliver) => {
    if (test(signal, from)) setTimeout(() => deliver(signal), ms)
    else deliver(signal)
  }

const without =
  (test: (signal: Signal, from: PeerRole) => boolean): Way =>
  (signal, from, deliver) => {
    if (!test(signal, from)) deliver(signal)
  }

/** Runs `second` on the result of `first`. */
const inTurn =
  (first: Way, second: Way): Way =>
  (signal, from, deliver) =>
    first(signal, from, (passed) => second(passed, from, deliver))

const isCandidate = ({ type }: Signal): boolean => type === 'candidate'
const isDescription = ({ type }: Signal): boolean => type === 'description'

/** Delivers the first description of `role` after all its candidates, and these in reverse order. */
function descriptionLast(role: PeerRole): Way {
  const held: Signal[] = []
  let isHolding = true
  return (signal, from, deliver) => {
    if (from !== role || !isHolding) return deliver(signal)
    held.unshift(signal)
    if (signal.type !== 'candidate' || signal.candidate !== null) return
    isHolding = false
    // The end of candidates is emitted last, so it is delivered first.
    held.forEach(deliver)
  }
}

/** All signals of a connection before it was closed. */
async function signalsOfAnother(stage: Stage): Promise<Record<PeerRole, readonly Signal[]>> {
  const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
  for (const peer of [pair.offerer, pair.answerer])
    await peer.saw('candidate', { where: ({ candidate }) => candidate === null })
  pair.unwire()
  await Promise.all([pair.offerer.close(), pair.answerer.close()])
  return { offerer: pair.offerer.events.filter(isSignal), answerer: pair.answerer.events.filter(isSignal) }
}

async function deliverAll(signals: readonly Signal[], to: PeerHandle): Promise<void> {
  for (const signal of signals) await to.command(signal)
}

const candidate = 'candidate:1 1 udp 2122260223 127.0.0.1 9 typ host'

export const signals: readonly ConformanceCase[] = [
  conformanceCase(
    'connects when the offer arrives twice',
    connects(() => twice(isOffer)),
  ),
  conformanceCase(
    'connects when the answer arrives twice',
    connects(() => twice(isAnswer)),
  ),
  conformanceCase(
    'connects when each candidate arrives twice',
    connects(() => twice(isCandidate)),
  ),
  conformanceCase(
    'connects when the offer arrives late, after its candidates',
    connects(() => lateBy(graceMs, isOffer)),
  ),
  conformanceCase(
    'connects when the answer arrives late, after its candidates',
    connects(() => lateBy(graceMs, isAnswer)),
  ),
  conformanceCase(
    'connects when the candidates arrive late',
    connects(() => lateBy(graceMs, isCandidate)),
  ),
  conformanceCase(
    'connects when all signals of the offerer arrive in reverse order',
    connects(() => descriptionLast('offerer')),
  ),
  conformanceCase(
    'connects when all signals of the answerer arrive in reverse order',
    connects(() => descriptionLast('answerer')),
  ),
  conformanceCase(
    'connects when the candidates of the offerer are lost',
    connects(() => without((signal, from) => from === 'offerer' && isCandidate(signal))),
  ),
  conformanceCase(
    'connects when the candidates of the answerer are lost',
    connects(() => without((signal, from) => from === 'answerer' && isCandidate(signal))),
  ),

  // A port must buffer these candidates until the description arrives, because no other candidate can replace them.
  ...(['offerer', 'answerer'] as const).map((role) =>
    conformanceCase(
      `connects by candidates of the ${role} alone, which arrive before its description`,
      connects(() =>
        inTurn(
          without((signal, from) => from !== role && isCandidate(signal)),
          lateBy(graceMs, (signal, from) => from === role && isDescription(signal)),
        ),
      ),
    ),
  ),

  conformanceCase('survives signals that arrive again once it is connected', async (stage) => {
    const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
    await insistWorking(pair)
    const told = pair.answerer.all('description').length
    await deliverAll(pair.offerer.events.filter(isSignal), pair.answerer)
    await deliverAll(pair.answerer.events.filter(isSignal), pair.offerer)
    await pause(graceMs)
    insist(pair.answerer.all('description').length === told, 'a repeated offer was answered again')
    await insistWorking(pair)
  }),

  conformanceCase('survives candidates of another connection', async (stage) => {
    const others = await signalsOfAnother(stage)
    const pair = await openPair(stage, {
      sends: { offerer: both, answerer: both },
      way: (signal, from, deliver) => {
        const foreign = others[from].filter(isCandidate)
        // Deliver the foreign candidates before each description, and again after it.
        if (isDescription(signal)) foreign.forEach(deliver)
        deliver(signal)
        if (isDescription(signal)) foreign.forEach(deliver)
      },
    })
    await connected(pair)
    await deliverAll(others.offerer.filter(isCandidate), pair.answerer)
    await deliverAll(others.answerer.filter(isCandidate), pair.offerer)
    await insistWorking(pair)
  }),

  conformanceCase('survives an offer of another connection at the offerer', async (stage) => {
    const others = await signalsOfAnother(stage)
    const pair = await openPair(stage, {
      sends: { offerer: both, answerer: both },
      way: (signal, from, deliver) => {
        // While the offerer's own offer is pending.
        if (from === 'answerer' && isAnswer(signal)) others.offerer.filter(isOffer).forEach(deliver)
        deliver(signal)
      },
    })
    await connected(pair)
    await insistWorking(pair)
  }),

  conformanceCase('survives an answer of another connection when no offer is pending', async (stage) => {
    const others = await signalsOfAnother(stage)
    const answers = others.answerer.filter(isAnswer)
    const pair = await openPair(stage, {
      sends: { offerer: both, answerer: both },
      way: (signal, from, deliver) => {
        if (from === 'offerer' && isOffer(signal)) answers.forEach(deliver)
        straight(signal, from, deliver)
      },
    })
    await connected(pair)
    await deliverAll(answers, pair.offerer)
    await deliverAll(answers, pair.answerer)
    await insistWorking(pair)
  }),

  conformanceCase('is not ended by a candidate that cannot be added', async (stage) => {
    const pair = await openPair(stage, {
      sends: { offerer: both, answerer: both },
      way: (signal, _from, deliver) => {
        deliver(signal)
        if (!isDescription(signal)) return
        deliver({ type: 'candidate', candidate: { candidate, sdpMid: '77', sdpMLineIndex: 77 } })
        deliver({ type: 'candidate', candidate: { candidate: 'candidate:nonsense', sdpMid: '0' } })
        deliver({ type: 'candidate', candidate: { candidate } })
        deliver({ type: 'candidate', candidate: { candidate: '', sdpMid: '0', sdpMLineIndex: 0 } })
      },
    })
    await connected(pair)
    await insistWorking(pair)
  }),

  ...(['offerer', 'answerer'] as const).map((role) =>
    conformanceCase(
      `errors with negotiation-failed when the ${role} gets a nonsensical description`,
      async (stage) => {
        const peer = await stage[role].open(role)
        if (role === 'offerer') await peer.saw('description')
        const type = role === 'offerer' ? 'answer' : 'offer'
        await peer.command({ type: 'description', description: { type, sdp: 'nonsense' } })
        const { code } = await peer.saw('errored')
        insist(code === 'negotiation-failed', `the error is ${String(code)}, not negotiation-failed`)
      },
    ),
  ),

  conformanceCase('makes a new offer when the answerer asks for one', async (stage) => {
    const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
    const since = pair.offerer.events.length
    const sinceAnswerer = pair.answerer.events.length
    await pair.offerer.command({ type: 'renegotiate' })
    await pair.offerer.saw('description', { since, where: ({ description }) => description.type === 'offer' })
    await pair.answerer.saw('description', { since: sinceAnswerer })
    await pair.offerer.saw('signaling-state', { since, where: ({ state }) => state === 'stable' })
    await insistWorking(pair)
  }),
]
