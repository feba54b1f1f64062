import { describe, expect } from 'vitest'
import { connect, nothingLeft, test } from './support/call-test.ts'
import { texts } from './support/texts.ts'
import { until } from './support/until.ts'

const nothing = { audio: false, video: false }

describe('another party of the user in the open call', () => {
  const peers = ['simple-peer', 'native'] as const
  for (const peer of peers)
    for (const [what, media] of [
      ['pictures and sound', undefined],
      ['nothing: neither side sends media', nothing],
    ] as const)
      test(`is busy, and ends nothing, while the call over ${peer} carries ${what}`, async ({ join }) => {
        const secret = 'b'.repeat(32)
        const settings = media && { media }
        const alice = await join('alice', { peer, ...(settings && { settings }) })
        const bob = await join('bob', { peer, signaling: { secret }, ...(settings && { settings }) })
        const callId = await connect(alice, bob)

        const impostor = await join('bob', { signaling: { secret } })
        impostor.client.call('alice')
        expect(await impostor.phase('ended')).toMatchObject({ reason: 'busy', by: 'remote' })
        await nothingLeft(impostor)

        for (const side of [alice, bob])
          expect(await side.phase('connected'), side.name).toMatchObject({ callId })
        const text = until(texts(bob.client), ({ from }) => from === 'remote', 'text')
        alice.client.send('still here')
        expect(await text).toMatchObject({ text: 'still here' })
        expect(alice.events.filter(({ type }) => type === 'incoming' || type === 'ended')).toEqual([])
        expect([...alice.errors, ...bob.errors]).toEqual([])
      })
})
