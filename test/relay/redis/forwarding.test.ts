import { expect, it } from 'vitest'
import { messageFrame } from '../../../server/messages/message-frame.ts'
import { createForwarder, readForwarded, type ForwardedMessage } from '../../../server/redis/forwarding.ts'
import { invite, randomId } from '../support/relay-fixture.ts'

const [phone, laptop] = [randomId(), randomId()]

it('forwards messages to their node with the flag of those that make a call progress', async () => {
  const messages: readonly ForwardedMessage[] = [true, false].map((isProgress, i) => ({
    to: { user: `user ${i}`, party: phone },
    frame: messageFrame(invite('bob'), { user: 'alice', party: laptop }),
    isProgress,
  }))
  const published = await new Promise<readonly [string, string]>((resolve) => {
    const forwarder = createForwarder((node, text) => resolve([node, text]))
    for (const message of messages) forwarder.send('a', message)
  })
  expect(published[0]).toBe('a')
  expect(readForwarded(published[1])).toEqual(messages)
})
