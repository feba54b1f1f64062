import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../relay/support/relay-fixture.ts'
import * as attacks from './support/socket-attacks.ts'
import { startVictim } from './support/start-victim.ts'
import { openTarget } from './support/target.ts'

// Attacks a relay in a separate process.

describe('the relay outlives', () => {
  it('announcements of binary attachments that never come, or come in thousands', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.strayAttachments(openTarget(url))
    await unharmed()
  })

  it('packets of unknown types and malformed ones', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.formlessPackets(openTarget(url))
    await unharmed()
  })

  it('requests with too many headers', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.headerFlood(openTarget(url))
    await unharmed()
  })

  it('a message in a hundred thousand fragments', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.tinyFragments(openTarget(url))
    await unharmed()
  })

  it('frames that are huge, or claim to be', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.hugeFrames(openTarget(url))
    await unharmed()
  })

  it('a poll with a hundred thousand packets', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.crowdedPoll(openTarget(url))
    await unharmed()
  })

  it('unfinished handshakes', async () => {
    const { url, unharmed } = await startVictim({ handshakeMs: 500 })
    await attacks.unfinishedHandshakes(openTarget(url))
    await unharmed()
  })

  it('a storm of connections that come and go', async () => {
    const { url, unharmed } = await startVictim({ handshakesPerAddress: { points: 1e6, seconds: 60 } })
    await attacks.connectionStorm(openTarget(url))
    await unharmed()
  })

  it('a flood of messages, whose sender it cuts off', async () => {
    const { url, unharmed } = await startVictim()
    // Some megabytes more than the relay takes are on their way when it cuts the connection.
    expect(await attacks.messageFlood(openTarget(url), 100_000)).toBeLessThan(50_000)
    await unharmed()
  })

  it('answers that nobody reads, which hold few files and little memory for a limited time', async () => {
    const demo = await mkdtemp(join(tmpdir(), 'rxcall-unread-'))
    onTestFinished(() => rm(demo, { recursive: true }))
    await writeFile(join(demo, 'page.js'), 'x'.repeat(4 * 1024 * 1024))
    const { url, usage, unharmed } = await startVictim({ slowMs: 1500 }, { demo })
    const before = await usage()
    attacks.unreadAnswers(openTarget(url), '/page.js')
    const held = { files: 0, bytes: 0 }
    const hold = async () => {
      const { files, resident } = await usage()
      held.files = Math.max(held.files, files - before.files)
      held.bytes = Math.max(held.bytes, resident - before.resident)
      return files - before.files
    }
    await expect.poll(hold, { timeout: 20_000, interval: 20 }).toBeGreaterThan(1)
    await expect.poll(hold, { timeout: 20_000, interval: 20 }).toBe(0)
    expect(held.files).toBeLessThan(20)
    expect(held.bytes).toBeLessThan(32 * 1024 * 1024)
    await unharmed()
  })
})

it('a page of another origin is refused over both transports', async () => {
  const { url, unharmed } = await startVictim()
  for (const [origin, [socket, poll]] of await attacks.foreignPages(openTarget(url))) {
    expect(socket, origin).toSatisfy((status: number) => status >= 400 && status < 500)
    expect(poll, origin).toBe(403)
  }
  const { socket } = await connect(url, 'no page')
  socket.disconnect()
  await unharmed()
})
