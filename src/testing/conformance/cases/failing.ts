import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken, summary } from '../peer-handle.ts'
import { both, exchangeTexts, openConnected, openPair, type Pair, type Stage } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'
import { ufrags, type Way } from '../wire.ts'

/** Milliseconds that a browser may take to give up on a connection: half a minute, doubled for a busy machine. */
const givingUpMs = 75_000

/** Candidates are delivered, but with a port where nobody listens. It is too high to be assigned automatically. */
function nowhere(): { readonly way: Way; readonly end: () => void } {
  let isLost = true
  return {
    way: (signal, _from, deliver) => {
      if (signal.type !== 'candidate' || signal.candidate === null || !isLost) return deliver(signal)
      const candidate = signal.candidate.candidate.replace(/^(candidate:\S+ \d+ \S+ \d+ \S+) \d+/, '$1 65535')
      deliver({ type: 'candidate', candidate: { ...signal.candidate, candidate } })
    },
    end: () => {
      isLost = false
    },
  }
}

/** A path that is cut permanently, and another one for everything sent later. */
function twoPaths(stage: Stage): { readonly way: Way; readonly cut: () => void } {
  const first = stage.newPath()
  let current = first
  return {
    way: (signal, from, deliver) => current.way(signal, from, deliver),
    cut: () => {
      first.cut()
      current = stage.newPath()
    },
  }
}

/** Resolves once either side has noticed. Which side is first depends on who sends the checks. */
async function noticed({ offerer, answerer }: Pair, state: 'disconnected' | 'failed'): Promise<void> {
  const saw = [offerer, answerer].map((peer) =>
    peer.saw('connection-state', { where: (told) => told.state === state, withinMs: givingUpMs }),
  )
  await Promise.race(saw)
  // Do not wait for the slower side.
  for (const each of saw) each.catch(() => undefined)
}

async function restartLeadsBack(pair: Pair): Promise<void> {
  const { offerer, answerer } = pair
  insistUnbroken(offerer, answerer)
  const since = { offerer: offerer.events.length, answerer: answerer.events.length }
  await offerer.command({ type: 'restart' })
  await eventually(() => {
    const away = [offerer, answerer].find(
      (peer) =>
        peer.all('connection-state').at(-1)?.state !== 'connected' ||
        new Set(peer.all('description').flatMap(({ description }) => ufrags(description))).size < 2,
    )
    if (away === undefined) return null
    return `the ${away.role} is not connected after the restart, but reported ${summary(away.events.slice(since[away.role]))}`
  })
  await Promise.all([offerer.receives(both), answerer.receives(both)])
  await exchangeTexts(pair, 'back again')
  insistUnbroken(offerer, answerer)
}

export const failing: readonly ConformanceCase[] = [
  conformanceCase(
    'recovers when an ICE restart finds the first path',
    async (stage) => {
      const { way, end } = nowhere()
      const pair = await openPair(stage, { sends: { offerer: both, answerer: both }, way })
      await noticed(pair, 'failed')
      end()
      await restartLeadsBack(pair)
    },
    { needs: ['ice-restart', 'outlive-failure'], isWaiting: true, withinMs: 150_000 },
  ),

  ...(['disconnected', 'failed'] as const).map((state) =>
    conformanceCase(
      `recovers from a cut path when an ICE restart at ${state} finds another one`,
      async (stage) => {
        const { way, cut } = twoPaths(stage)
        const pair = await openConnected(stage, { sends: { offerer: both, answerer: both }, way })
        await Promise.all([pair.offerer.receives(both), pair.answerer.receives(both)])
        cut()
        await Promise.all([pair.offerer.receives([]), pair.answerer.receives([])])
        await noticed(pair, state)
        await restartLeadsBack(pair)
      },
      {
        needs: ['ice-restart', 'cut', ...(state === 'failed' ? (['outlive-failure'] as const) : [])],
        isWaiting: true,
        withinMs: 150_000,
      },
    ),
  ),

  conformanceCase(
    'lets a new pair of connections replace a failed one, with the same local streams',
    async (stage) => {
      const lost = await openPair(stage, { sends: { offerer: both, answerer: both }, way: nowhere().way })
      await noticed(lost, 'failed')
      for (const { role, ...peer } of [lost.offerer, lost.answerer]) {
        const [error] = peer.all('errored')
        insist(
          error === undefined || error.code === 'connection-failed',
          `the ${role} ended with ${String(error?.code)}, not connection-failed`,
        )
      }
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
