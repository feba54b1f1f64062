import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  becomes,
  connectWell,
  latest,
  logOf,
  qualityPath,
  type Caller,
} from '../network/support/quality-call.ts'
import { shapedPath, type ShapedPath } from '../network/support/shaped-path.ts'
import { startTurnServer, turnServersAt } from '../network/support/turn-server.ts'
import { chromiumWith } from './support/connect-browser.ts'
import { servePage } from './support/serve-page.ts'

let server: Awaited<ReturnType<typeof servePage>>
beforeAll(async () => {
  server = await servePage('test/browser/support/quality-page')
})
afterAll(() => server.stop())

/** A user whose only path is a TURN server behind `path`. */
async function open(name: string, path: ShapedPath): Promise<Caller> {
  const context = await (await chromiumWith()).newContext()
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ stack = '' }) => errors.push(stack))
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(await logOf({ name, page }))
    await context.close()
    expect(errors).toEqual([])
  })
  await page.goto(server.url + qualityPath(name, turnServersAt(path.port)))
  await page.waitForFunction(() => 'qualityPage' in globalThis)
  return { name, page }
}

describe('the quality of a call through a relay', () => {
  test('agrees with the browser, and is poor while packets of one direction are lost', async () => {
    const turn = await startTurnServer()
    onTestFinished(() => turn.stop())
    const paths = { alice: await shapedPath(turn.port), bob: await shapedPath(turn.port) }
    const [alice, bob] = [await open('alice', paths.alice), await open('bob', paths.bob)]
    await connectWell(alice, bob)

    const [{ samples, counted }] = await Promise.all([
      bob.page.evaluate(() => qualityPage.compare(2)),
      becomes(alice, 'sending', 'good', 10_000),
      becomes(bob, 'sending', 'good', 10_000),
    ])
    const [from, to] = counted
    const bitrate = ((to.bytesReceived - from.bytesReceived) * 8_000) / (to.timestamp - from.timestamp)
    const sampled = samples.map(({ receiving }) => receiving.video?.bitrate ?? 0)
    const mean = sampled.reduce((sum, each) => sum + each) / samples.length
    expect(Math.abs(mean / bitrate - 1)).toBeLessThan(0.1)
    const { codec, width, height } = samples.at(-1)?.receiving.video ?? {}
    expect(`video/${codec}`).toBe(to.codec)
    expect([width, height]).toEqual([to.frameWidth, to.frameHeight])
    expect(samples.at(-1)?.path).toEqual({ relayed: true, protocol: 'udp' })

    paths.alice.shape({ up: { loss: 0.1 } })
    const poor = await Promise.all([
      becomes(bob, 'receiving', 'poor', 6_000),
      becomes(alice, 'sending', 'poor', 6_000),
    ])
    expect((await latest(bob))?.because.receiving).toContain('loss')
    expect((await latest(alice))?.because.sending).toContain('loss')
    expect((await latest(alice))?.receiving).toBe('good')
    expect((await latest(bob))?.sending).toBe('good')

    paths.alice.shape({ up: {} })
    const good = await Promise.all([
      becomes(bob, 'receiving', 'good', 10_000),
      becomes(alice, 'sending', 'good', 10_000),
    ])
    console.log(`10 % loss: poor after ${poor.join(' and ')} ms, good again after ${good.join(' and ')} ms`)
  })
})
