import { callsInARow, callsOn } from '../calls-in-a-row.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import type { Side } from '../side.ts'
import { both, connected, exchangeTexts, openConnected, openPair, type Stage } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'

/**
 * How many bytes each finished call may leave in use. That is about the size of one description with audio and video.
 * Most of a connection is outside the measured memory, so connections are counted instead.
 */
const bytesPerCall = 5_000
/** How many connections of finished calls the platform itself may still hold. */
const heldByPlatform = 4

/** Makes calls in a row with the same local streams. Each must leave nothing open. */
async function callInARow(stage: Stage, calls: number): Promise<void> {
  const sides = [stage.offerer, stage.answerer] as const
  const sends = { offerer: await stage.offerer.stream(both), answerer: await stage.answerer.stream(both) }
  const before = await Promise.all(sides.map((side) => side.census()))
  for (let call = 1; call <= calls; call++) {
    const pair = await openPair(stage, { sends })
    await connected(pair)
    pair.unwire()
    // The sides take turns at closing.
    const [leaving, left] = call % 2 === 0 ? [pair.offerer, pair.answerer] : [pair.answerer, pair.offerer]
    await leaving.close()
    await left.ended()
    for (const [index, side] of sides.entries()) await closedAgain(side, before[index]?.open ?? 0)
    await Promise.all([leaving.forget(), left.forget()])
  }
  for (const stream of [sends.offerer, sends.answerer])
    insist((await stream.live()).length === 2, 'a call stopped tracks that are not its own')
}

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

  conformanceCase('closes its connection when unsubscribed, and leaves local tracks alone', async (stage) => {
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
  }),

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

  conformanceCase('sends one local stream over two connections at once', async (stage) => {
    const stream = await stage.offerer.stream(both)
    const first = await openConnected(stage, { sends: { offerer: stream } })
    const second = await openConnected(stage, { sends: { offerer: stream } })
    await Promise.all([first.answerer.receives(both), second.answerer.receives(both)])
    await first.offerer.close()
    await second.answerer.receives(both)
    await exchangeTexts(second, 'still here')
  }),

  conformanceCase(
    `makes ${String(callsInARow)} calls in a row, and leaves no connection open`,
    (stage) => callInARow(stage, callsOn(stage.offerer.platform, stage.answerer.platform)),
    { hasManyCalls: true, withinMs: 240_000 },
  ),

  conformanceCase(
    `makes ${String(callsInARow)} calls in a row without more memory`,
    async (stage) => {
      const sides = [stage.offerer, stage.answerer] as const
      const calls = callsOn(stage.offerer.platform, stage.answerer.platform)
      const warm = Math.ceil(calls / 4)
      await callInARow(stage, warm)
      const before = await Promise.all(sides.map((side) => side.memory()))
      await callInARow(stage, calls - warm)
      for (const [index, side] of sides.entries()) {
        const [first, last] = [before[index], await side.memory()]
        insist(first != null && last != null, `${side.platform.name} does not report the memory in use`)
        const held = last.connections - first.connections
        insist(
          held <= heldByPlatform,
          `${String(held)} connections of ${String(calls - warm)} calls that are over are still held on ${side.platform.name}`,
        )
        const grown = (last.bytes - first.bytes) / (calls - warm)
        insist(
          grown < bytesPerCall,
          `memory of ${side.platform.name} grows by ${(grown / 1000).toFixed(1)} KB a call`,
        )
      }
    },
    { needs: ['memory'], hasManyCalls: true, withinMs: 240_000 },
  ),
]
