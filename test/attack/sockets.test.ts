import { describe, expect, it } from 'vitest'
import { connect } from '../relay/relay-fixture.ts'
import * as attacks from './support/socket-attacks.ts'
import { startVictim } from './support/start-victim.ts'
import { openTarget } from './support/target.ts'

// Against a relay in a process of its own.

describe('the relay outlives', () => {
  it('announcements of binary attachments that never come, or come by the thousand', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.strayAttachments(openTarget(url))
    await unharmed()
  })

  it('packets of unknown types and without a form', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.formlessPackets(openTarget(url))
    await unharmed()
  })

  it('requests with more headers than there is room for', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.headerFlood(openTarget(url))
    await unharmed()
  })

  it('a message in a hundred thousand fragments', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.tinyFragments(openTarget(url))
    await unharmed()
  })

  it('frames that are huge, or say so', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.hugeFrames(openTarget(url))
    await unharmed()
  })

  it('a poll with a hundred thousand packets', async () => {
    const { url, unharmed } = await startVictim()
    await attacks.crowdedPoll(openTarget(url))
    await unharmed()
  })

  it('handshakes that are never finished', async () => {
    const { url, unharmed } = await startVictim({ handshakeMs: 500 })
    await attacks.unfinishedHandshakes(openTarget(url))
    await unharmed()
  })

  it('a storm of connections that come and go', async () => {
    const { url, unharmed } = await startVictim({ handshakesPerAddress: { points: 1e6, seconds: 60 } })
    await attacks.connectionStorm(openTarget(url))
    await unharmed()
  })
})

it('a page of another origin has no way in, over either transport', async () => {
  const { url, unharmed } = await startVictim()
  for (const [origin, [socket, poll]] of await attacks.foreignPages(openTarget(url))) {
    expect(socket, origin).toSatisfy((status: number) => status >= 400 && status < 500)
    expect(poll, origin).toBe(403)
  }
  await connect(url, 'no page')
  await unharmed()
})
