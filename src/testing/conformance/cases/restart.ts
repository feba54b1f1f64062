import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken, type PeerHandle } from '../peer-handle.ts'
import { both, connected, exchangeTexts, openConnected, openPair, type Pair, type Stage } from '../stage.ts'
import { eventually, insist, pause } from '../waiting.ts'
import { isAnswer, ufrags, type Signal } from '../wire.ts'

/** Milliseconds to wait for something that must not happen. */
const graceMs = 700

/** The ICE generations that a side has announced, in order. */
function generations({ offerer, answerer }: Pair, role: 'offerer' | 'answerer'): readonly string[] {
  const peer = role === 'offerer' ? offerer : answerer
  return [...new Set(peer.all('description').flatMap(({ description }) => ufrags(description)))]
}

/** Resolves once both sides have new ICE credentials, and media and text flow again. */
async function insistRestarted(pair: Pair, before: number): Promise<void> {
  await eventually(() => {
    const [offering, answering] = [generations(pair, 'offerer').length, generations(pair, 'answerer').length]
    return offering > before && answering > before
      ? null
      : `the offerer has sent ${String(offering)} generations of ICE credentials, the answerer ${String(answering)}`
  })
  await eventually(() =>
    [pair.offerer, pair.answerer].every(
      (peer) =>
        peer.all('signaling-state').at(-1)?.state === 'stable' &&
        peer.all('connection-state').at(-1)?.state === 'connected',
    )
      ? null
      : 'they have not reconnected',
  )
  await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
  await exchangeTexts(pair, `restarted ${String(before)} times`)
  insistUnbroken(pair.offerer, pair.answerer)
}

/** Delivers all earlier signals again, except requests for an offer, because each request leads to a new one. */
function tellingAgain({ offerer, answerer }: Pair): () => Promise<void> {
  const of = (peer: PeerHandle): readonly Signal[] => [...peer.all('description'), ...peer.all('candidate')]
  const [offered, answered] = [of(offerer), of(answerer)]
  return async () => {
    for (const signal of offered) await answerer.command(signal)
    for (const signal of answered) await offerer.command(signal)
  }
}

const open = (stage: Stage): Promise<Pair> =>
  openConnected(stage, { sends: { offerer: both, answerer: both } })

export const restart: readonly ConformanceCase[] = [
  conformanceCase(
    'restarts ICE with new credentials, and media go on',
    async (stage) => {
      const pair = await open(stage)
      for (let before = 1; before <= 3; before++) {
        await pair.offerer.command({ type: 'restart' })
        await insistRestarted(pair, before)
      }
    },
    { needs: ['ice-restart', 'restart-while-up'] },
  ),

  conformanceCase(
    'restarts ICE only at the offerer',
    async (stage) => {
      const pair = await open(stage)
      const [offering, answering] = [pair.offerer.events.length, pair.answerer.events.length]
      await pair.answerer.command({ type: 'restart' })
      await pause(1000)
      for (const [peer, since] of [
        [pair.offerer, offering],
        [pair.answerer, answering],
      ] as const)
        insist(
          peer.all('description', since).length === 0 && peer.all('renegotiate', since).length === 0,
          `the ${peer.role} negotiates though only an offerer restarts ICE`,
        )
      // When the answerer requests a restart, the core sends this command to the offerer.
      await pair.offerer.command({ type: 'restart' })
      await insistRestarted(pair, 1)
    },
    { needs: ['ice-restart', 'restart-while-up'] },
  ),

  conformanceCase(
    'restarts ICE after the pending offer',
    async (stage) => {
      const held: (() => void)[] = []
      let isHolding = true
      const pair = await openPair(stage, {
        sends: { offerer: both, answerer: both },
        way: (signal, _from, deliver) => {
          if (isHolding && isAnswer(signal)) held.push(() => deliver(signal))
          else deliver(signal)
        },
      })
      await pair.offerer.saw('description')
      await pair.offerer.command({ type: 'restart' })
      await pair.answerer.saw('description')
      isHolding = false
      held.forEach((deliver) => deliver())
      await connected(pair)
      await insistRestarted(pair, 1)
    },
    { needs: ['ice-restart', 'restart-while-up'] },
  ),

  conformanceCase(
    'survives all earlier signals that arrive again, before and during a new negotiation',
    async (stage) => {
      const held: (() => void)[] = []
      let isHolding = false
      const pair = await openPair(stage, {
        sends: { offerer: both, answerer: both },
        way: (signal, _from, deliver) => {
          if (isHolding && isAnswer(signal)) held.push(() => deliver(signal))
          else deliver(signal)
        },
      })
      const { offerer, answerer } = pair
      const offersMade = (): number => offerer.all('description').length
      const answersMade = (): number => answerer.all('description').length
      /** Resolves once `offers` offers have been answered. */
      const settled = (offers: number): Promise<void> =>
        eventually(() =>
          offersMade() === offers &&
          answersMade() === offers &&
          [offerer, answerer].every((peer) => peer.all('signaling-state').at(-1)?.state === 'stable')
            ? null
            : `${String(offersMade())} offers and ${String(answersMade())} answers have been made, and not ${String(offers)} each`,
        )
      await connected(pair)
      await settled(1)
      await offerer.command({ type: 'renegotiate' })
      await settled(2)
      await offerer.command({ type: 'restart' })
      await insistRestarted(pair, 1)
      await settled(3)

      const tellAgain = tellingAgain(pair)
      await tellAgain()
      await pause(graceMs)
      await settled(3)

      isHolding = true
      await offerer.command({ type: 'renegotiate' })
      await eventually(() => (held.length === 1 ? null : 'the next offer was not answered'))
      await tellAgain()
      await pause(graceMs)
      insist(
        offerer.all('signaling-state').at(-1)?.state === 'have-local-offer',
        'a repeated answer has settled a later offer',
      )
      isHolding = false
      held.forEach((deliver) => deliver())
      await settled(4)
      await Promise.all([offerer.receives(both), answerer.receives(both)])
      await exchangeTexts(pair, 'still here')
      insistUnbroken(offerer, answerer)
    },
    { needs: ['ice-restart', 'restart-while-up'] },
  ),

  conformanceCase(
    'restarts ICE while both sides change what they send',
    async (stage) => {
      const pair = await openConnected(stage, { sends: { offerer: ['audio'], answerer: ['audio'] } })
      const [offered, answered] = [
        await stage.offerer.stream(['video']),
        await stage.answerer.stream(['video']),
      ]
      await Promise.all([
        pair.answerer.command({ type: 'track', kind: 'video', track: answered.track('video') }),
        pair.offerer.command({ type: 'restart' }),
        pair.offerer.command({ type: 'track', kind: 'video', track: offered.track('video') }),
      ])
      await insistRestarted(pair, 1)
    },
    { needs: ['ice-restart', 'restart-while-up'] },
  ),
]
