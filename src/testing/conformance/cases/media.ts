import type { Kind, PeerRole, Picture } from '../agent-messages.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken, type PeerHandle } from '../peer-handle.ts'
import type { StreamHandle } from '../side.ts'
import { both, connected, exchangeTexts, openConnected, openPair, type Pair, type Stage } from '../stage.ts'
import { eventually, insist, pause } from '../waiting.ts'

const roles = ['offerer', 'answerer'] as const satisfies readonly PeerRole[]
const otherOf = (role: PeerRole): PeerRole => (role === 'offerer' ? 'answerer' : 'offerer')

/** Sends these tracks of `stream`, or none if it is null. */
async function sends(peer: PeerHandle, kinds: readonly Kind[], stream: StreamHandle | null): Promise<void> {
  for (const kind of kinds) await peer.command({ type: 'track', kind, track: stream?.track(kind) ?? null })
}

/** Resolves once no negotiation is open on either side. */
async function settled({ offerer, answerer }: Pair): Promise<void> {
  await eventually(() => {
    const open = [offerer, answerer].filter((peer) => peer.all('signaling-state').at(-1)?.state !== 'stable')
    return open.length === 0 ? null : `the signaling state of the ${open[0]?.role ?? ''} is not stable`
  })
  insistUnbroken(offerer, answerer)
}

const descriptionsOf = ({ offerer, answerer }: Pair): number =>
  offerer.all('description').length + answerer.all('description').length

/** Returns pseudorandom numbers from 0 to below `limit`, the same ones in each run. */
function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) % limit
  }
}

interface Wish {
  readonly kinds: readonly Kind[]
  readonly picture: Picture
}

/** Twenty changes by both sides, at shrinking intervals, and then each side's final request. */
async function changeTwentyTimes(stage: Stage, pair: Pair): Promise<Record<PeerRole, Wish>> {
  const next = random(7)
  const streams = {
    offerer: { wide: await stage.offerer.stream(both), square: await stage.offerer.stream(both, 'square') },
    answerer: {
      wide: await stage.answerer.stream(both),
      square: await stage.answerer.stream(both, 'square'),
    },
  }
  const last: Record<PeerRole, Wish> = {
    offerer: { kinds: ['video'], picture: 'square' },
    answerer: { kinds: ['audio', 'video'], picture: 'square' },
  }
  const asked: Promise<void>[] = []
  for (let i = 0; i < 20; i++) {
    const role = roles[i % 2] ?? 'offerer'
    const kind = both[next(2)] ?? 'audio'
    const stream = [null, streams[role].wide, streams[role].square][next(3)] ?? null
    asked.push(sends(pair[role], [kind], stream))
    await pause(Math.max(0, 190 - 10 * i))
  }
  for (const role of roles)
    for (const kind of both) {
      const wish = last[role]
      asked.push(sends(pair[role], [kind], wish.kinds.includes(kind) ? streams[role][wish.picture] : null))
    }
  await Promise.all(asked)
  return last
}

export const media: readonly ConformanceCase[] = [
  ...roles.map((role) =>
    conformanceCase(`sends what the ${role} adds when nothing was sent before`, async (stage) => {
      const pair = await openConnected(stage)
      const stream = await stage[role].stream(both)
      await sends(pair[role], both, stream)
      await pair[otherOf(role)].receives(both)
      await settled(pair)
      await pair[role].receives([])
      await exchangeTexts(pair, 'still here')
    }),
  ),

  conformanceCase('sends what both sides add at once when nothing was sent before', async (stage) => {
    const pair = await openConnected(stage)
    const streams = { offerer: await stage.offerer.stream(both), answerer: await stage.answerer.stream(both) }
    await Promise.all(roles.map((role) => sends(pair[role], both, streams[role])))
    await Promise.all(roles.map((role) => pair[role].receives(both)))
    await settled(pair)
    await exchangeTexts(pair, 'still here')
  }),

  conformanceCase('sends what both sides add at once to what they send already', async (stage) => {
    const pair = await openConnected(stage, { sends: { offerer: ['audio'], answerer: ['audio'] } })
    const streams = {
      offerer: await stage.offerer.stream(['video']),
      answerer: await stage.answerer.stream(['video']),
    }
    await Promise.all(roles.map((role) => sends(pair[role], ['video'], streams[role])))
    await Promise.all(roles.map((role) => pair[role].receives(both)))
    await settled(pair)
  }),

  ...roles.map((role) =>
    conformanceCase(`sends what the ${role} adds before the connection is up`, async (stage) => {
      const pair = await openPair(stage, { sends: { [otherOf(role)]: ['audio'] } })
      const stream = await stage[role].stream(both)
      await sends(pair[role], both, stream)
      await connected(pair)
      await pair[otherOf(role)].receives(both)
      await settled(pair)
    }),
  ),

  conformanceCase(
    'settles on the latest requests after twenty overlapping changes by both sides',
    async (stage) => {
      const pair = await openConnected(stage, { sends: { offerer: both } })
      const last = await changeTwentyTimes(stage, pair)
      await settled(pair)
      for (const role of roles) await pair[otherOf(role)].receives(last[role].kinds, last[role].picture)
      await settled(pair)
      await exchangeTexts(pair, 'still here')
      const told = descriptionsOf(pair)
      await pause(1000)
      insist(descriptionsOf(pair) === told, 'they keep negotiating with nothing left to agree on')
    },
    { needs: ['replace-track'], withinMs: 90_000 },
  ),

  ...roles.map((role) =>
    conformanceCase(
      `replaces, removes and restores the track of the ${role} without a new offer`,
      async (stage) => {
        const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
        const receiver = pair[otherOf(role)]
        await receiver.receives(both, 'wide')
        const square = await stage[role].stream(['video'], 'square')
        const told = descriptionsOf(pair)
        const insistNoOffer = (after: string): void => {
          insist(descriptionsOf(pair) === told, `there was a new offer after ${after}`)
          insist(pair.answerer.all('renegotiate').length === 0, `an offer was asked for after ${after}`)
        }

        await sends(pair[role], ['video'], square)
        await receiver.receives(both, 'square')
        insistNoOffer('one track took the place of another')

        await sends(pair[role], both, null)
        await receiver.receives([])
        insistNoOffer('the tracks were taken away')
        insist(receiver.all('track-removed').length === 0, 'a track that nothing is sent over was removed')

        await sends(pair[role], both, pair.streams[role])
        await receiver.receives(both, 'wide')
        insistNoOffer('the tracks were added again')
        insist((await pair.streams[role]?.live())?.length === 2, 'the port stopped a track')
        insist((await square.live()).length === 1, 'the port stopped the track that it no longer sends')
      },
      { needs: ['replace-track'] },
    ),
  ),
]
