import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import type { Side } from '../side.ts'
import { both, connected, exchangeTexts, openConnected, openPair } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'

const defaultCalls = 200
/** Bytes in use that may be added for each call, when it is over. A connection and what hangs on it is far more. */
const bytesPerCall = 20_000

async function closedAgain(side: Side, before: number): Promise<void> {
  await eventually(async () => {
    const { open } = await side.census()
    return open <= before ? null : `${String(open - before)} connections are still open`
  })
}

export const releasing: readonly ConformanceCase[] = [
  conformanceCase(
    'opens one connection for each subscription, and none before',
    async ({ offerer, answerer }) => {
      for (const [side, role] of [
        [offerer, 'offerer'],
        [answerer, 'answerer'],
      ] as const) {
        const { open } = await side.census()
        const { made } = await side.open(role)
        insist(made.beforeSubscribing === 0, `the ${role} makes a connection before anybody subscribes`)
        insist(
          made.afterSubscribing === 1,
          `the ${role} makes ${String(made.afterSubscribing)} connections, not one`,
        )
        const now = await side.census()
        insist(now.open === open + 1, `the connection of the ${role} is not open`)
      }
    },
  ),

  conformanceCase(
    'closes its connection when it is unsubscribed from, and leaves local tracks alone',
    async (stage) => {
      const before = { offerer: await stage.offerer.census(), answerer: await stage.answerer.census() }
      const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
      for (const role of ['offerer', 'answerer'] as const) {
        await pair[role].close()
        insist(!(await pair[role].isListening()), `the ${role} is still subscribed to its commands`)
        await closedAgain(stage[role], before[role].open)
        insist(
          (await pair.streams[role]?.live())?.length === 2,
          `the ${role} stopped tracks that are not its own`,
        )
      }
    },
  ),

  conformanceCase(
    'closes its connection when it ends by itself, and leaves local tracks alone',
    async (stage) => {
      const before = await stage.answerer.census()
      const pair = await openConnected(stage, { sends: { offerer: both, answerer: both } })
      await pair.offerer.close()
      await pair.answerer.ended()
      insist(!(await pair.answerer.isListening()), 'the answerer is still subscribed to its commands')
      await closedAgain(stage.answerer, before.open)
      insist(
        (await pair.streams.answerer?.live())?.length === 2,
        'the answerer stopped tracks that are not its own',
      )
    },
  ),

  conformanceCase('lets one local stream be sent over two connections at once', async (stage) => {
    const stream = await stage.offerer.stream(both)
    const first = await openConnected(stage, { sends: { offerer: stream } })
    const second = await openConnected(stage, { sends: { offerer: stream } })
    await Promise.all([first.answerer.receives(both), second.answerer.receives(both)])
    await first.offerer.close()
    await second.answerer.receives(both)
    await exchangeTexts(second, 'still here')
  }),

  conformanceCase(
    'makes many calls in a row, and leaves nothing behind',
    async (stage) => {
      const { offerer, answerer } = stage
      const sides = [offerer, answerer] as const
      const calls = Math.min(...sides.map(({ platform }) => platform.callsInARow ?? defaultCalls))
      const sends = { offerer: await offerer.stream(both), answerer: await answerer.stream(both) }
      const before = await Promise.all(sides.map((side) => side.census()))
      const warm = Math.ceil(calls / 4)
      let used = before
      for (let call = 1; call <= calls; call++) {
        const pair = await openPair(stage, { sends })
        await connected(pair)
        pair.unwire()
        // In turn, so that each side is left once and leaves once.
        await (call % 2 === 0 ? pair.offerer : pair.answerer).close()
        await (call % 2 === 0 ? pair.answerer : pair.offerer).ended()
        for (const [index, side] of sides.entries()) await closedAgain(side, before[index]?.open ?? 0)
        if (call === warm) used = await Promise.all(sides.map((side) => side.census()))
      }
      const after = await Promise.all(sides.map((side) => side.census()))
      for (const [index, side] of sides.entries()) {
        const [first, last] = [used[index]?.memory, after[index]?.memory]
        if (first == null || last == null) continue
        const grown = (last - first) / (calls - warm)
        insist(
          grown < bytesPerCall,
          `memory of ${side.platform.name} grows by ${String(Math.round(grown / 1000))} KB a call`,
        )
      }
      for (const stream of [sends.offerer, sends.answerer])
        insist((await stream.live()).length === 2, 'a call stopped tracks that are not its own')
    },
    { withinMs: 240_000 },
  ),
]
