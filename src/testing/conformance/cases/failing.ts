import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken } from '../peer-handle.ts'
import { both, exchangeTexts, openConnected, openPair, type Pair } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'
import type { Way } from '../wire.ts'

/** Milliseconds that a browser may take to give up a connection: half a minute, and as much again on a busy machine. */
const givingUpMs = 75_000

/** Candidates are told, but no packet to any of them arrives (RFC 5737: an address that nobody has). */
function nowhere(): { readonly way: Way; readonly end: () => void } {
  let isLost = true
  return {
    way: (signal, _from, deliver) => {
      if (signal.type !== 'candidate' || signal.candidate === null || !isLost) return deliver(signal)
      const candidate = 'candidate:1 1 udp 2122260223 198.51.100.1 9 typ host'
      deliver({ type: 'candidate', candidate: { ...signal.candidate, candidate } })
    },
    end: () => {
      isLost = false
    },
  }
}

async function failed({ offerer, answerer }: Pair): Promise<void> {
  // Which of the two notices is a matter of who asks; the other is then told by a restart.
  await Promise.race(
    [offerer, answerer].map((peer) =>
      peer.saw('connection-state', {
        where: ({ state }) => state === 'failed',
        withinMs: givingUpMs,
      }),
    ),
  )
  insistUnbroken(offerer, answerer)
  for (const peer of [offerer, answerer])
    insist(!peer.hasEnded(), `the ${peer.role} ended where the connection failed: no restart can lead back`)
}

async function backAgain(pair: Pair): Promise<void> {
  await pair.offerer.command({ type: 'restart' })
  await eventually(() => {
    const away = [pair.offerer, pair.answerer].find(
      (peer) => peer.all('connection-state').at(-1)?.state !== 'connected',
    )
    return away === undefined ? null : `the ${away.role} is not connected after the restart`
  })
  await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
  await exchangeTexts(pair, 'back again')
  insistUnbroken(pair.offerer, pair.answerer)
}

export const failing: readonly ConformanceCase[] = [
  conformanceCase(
    'goes on where no path was found, and an ICE restart finds one',
    async (stage) => {
      const { way, end } = nowhere()
      const pair = await openPair(stage, { sends: { offerer: both, answerer: both }, way })
      await failed(pair)
      end()
      await backAgain(pair)
    },
    { needs: ['ice-restart'], isWaiting: true, withinMs: 150_000 },
  ),

  conformanceCase(
    'goes on where the path was cut, and an ICE restart leads back once it is there again',
    async (stage) => {
      const path = stage.newPath()
      const pair = await openConnected(stage, { sends: { offerer: both, answerer: both }, way: path.way })
      await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
      path.cut()
      await Promise.all([pair.offerer, pair.answerer].map((peer) => peer.receives([])))
      await failed(pair)
      path.heal()
      await backAgain(pair)
    },
    { needs: ['ice-restart', 'cut'], isWaiting: true, withinMs: 150_000 },
  ),

  conformanceCase(
    'lets a new pair of connections take the place of one that failed, with the same local streams',
    async (stage) => {
      const { way } = nowhere()
      const lost = await openPair(stage, { sends: { offerer: both, answerer: both }, way })
      await failed(lost)
      lost.unwire()
      await Promise.all([lost.offerer.close(), lost.answerer.close()])
      const { offerer, answerer } = lost.streams
      for (const stream of [offerer, answerer])
        insist((await stream?.live())?.length === 2, 'closing a connection stopped local tracks')
      const pair = await openConnected(stage, {
        sends: { ...(offerer && { offerer }), ...(answerer && { answerer }) },
      })
      await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
      await exchangeTexts(pair, 'back again')
    },
    { isWaiting: true, withinMs: 150_000 },
  ),
]
