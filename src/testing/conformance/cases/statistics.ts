import type { ConnectionStats } from '../../../core/ports/index.ts'
import { conformanceCase, type ConformanceCase } from '../conformance-case.ts'
import { insistUnbroken, type PeerHandle } from '../peer-handle.ts'
import { both, exchangeTexts, openConnected } from '../stage.ts'
import { eventually, insist } from '../waiting.ts'

async function ask(peer: PeerHandle): Promise<ConnectionStats> {
  const since = peer.events.length
  await peer.command({ type: 'get-stats' })
  return (await peer.saw('stats', { since })).stats
}

export const statistics: readonly ConformanceCase[] = [
  conformanceCase('reports the figures of the connection', async (stage) => {
    const { offerer, answerer } = await openConnected(stage, { sends: { offerer: both } })
    await answerer.receives(both)
    let asked = 1
    const [sent, received] = [await ask(offerer), await ask(answerer)]
    for (const kind of both) {
      insist((received.receiving[kind]?.bytes ?? 0) > 0, `${kind} arrives, but no bytes of it are counted`)
      insist((sent.sending[kind]?.bytes ?? 0) > 0, `${kind} is sent, but no bytes of it are counted`)
      insist(!((sent.receiving[kind]?.bytes ?? 0) > 0), `bytes of ${kind} are counted where none is sent`)
    }
    for (const { path } of [sent, received]) insist(path !== undefined, 'the path is missing')
    await eventually(async () => {
      asked++
      const [sender, receiver] = [await ask(offerer), await ask(answerer)]
      const stuck = both.find(
        (kind) =>
          !((receiver.receiving[kind]?.bytes ?? 0) > (received.receiving[kind]?.bytes ?? 0)) ||
          !((sender.sending[kind]?.bytes ?? 0) > (sent.sending[kind]?.bytes ?? 0)),
      )
      if (stuck !== undefined) return `the bytes of ${stuck} do not grow`
      return receiver.at > received.at && sender.at > sent.at ? null : 'the time of the figures stands still'
    })
    for (const peer of [offerer, answerer])
      insist(peer.all('stats').length === asked, `the ${peer.role} did not answer each question once`)
  }),

  conformanceCase('limits the video that it sends, or reports that it cannot', async (stage) => {
    const pair = await openConnected(stage, { sends: { offerer: both } })
    const { offerer, answerer } = pair
    await answerer.receives(both)
    const width = async (): Promise<number> => (await ask(answerer)).receiving.video?.width ?? 0
    const refused = (): boolean => offerer.all('error').some(({ error }) => error.code === 'not-supported')
    const full = await width()
    insist(full > 0, 'a video arrives, but its width is missing')
    await offerer.command({ type: 'limit', limits: { scaleDown: 2 } })
    await eventually(async () => {
      if (refused()) return null
      const now = await width()
      return now <= full / 2 ? null : `the video is ${String(now)} pixels wide, not half of ${String(full)}`
    })
    await offerer.command({ type: 'limit', limits: {} })
    await eventually(async () => ((await width()) > full / 2 ? null : 'the video stays small'))
    await answerer.receives(both)
    insistUnbroken(offerer, answerer)
    await exchangeTexts(pair, 'still here')
  }),
]
