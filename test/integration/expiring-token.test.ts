import type { CallEvent } from 'rxcall'
import { bufferCount, filter, map, take } from 'rxjs'
import { expect } from 'vitest'
import { connect, test as base, type Participant } from './support/call-test.ts'
import { texts } from './support/texts.ts'
import { until } from './support/until.ts'

/** Tokens that are good for two seconds: a call outlives several. */
const test = base.extend({
  relayOptions: {
    authenticate: ({ token = '' }) => ({ ok: true, user: token, expiresAt: Date.now() + 2000 }),
  },
})

test('a call continues while the tokens of its clients expire and are renewed', async ({ join }) => {
  const as = (name: string) => join(name, { signaling: { token: () => name } })
  const [alice, bob] = [await as('alice'), await as('bob')]
  const callId = await connect(alice, bob)
  const [before, beforeOfBob] = [alice.events.length, bob.events.length]

  const renewed = await Promise.all([renewals(alice), renewals(bob)])
  expect(renewed.flat()).toEqual(
    Array(8).fill(expect.not.objectContaining({ error: expect.anything() as unknown })),
  )

  const text = until(texts(alice.client), ({ from }) => from === 'remote', 'text')
  bob.client.send('still here')
  expect(await text).toMatchObject({ text: 'still here' })
  expect([...alice.events.slice(before), ...bob.events.slice(beforeOfBob)].filter(isInterruption)).toEqual([])

  alice.client.hangUp()
  expect(await bob.phase('ended')).toMatchObject({ callId, reason: 'hung-up', by: 'remote' })
  expect([...alice.errors, ...bob.errors]).toEqual([])
})

/** How the connection to the relay changed, from now until it has been lost and has come back twice. */
const renewals = ({ client }: Participant) =>
  until(
    client.event$.pipe(
      filter((event) => event.type === 'connection'),
      map(({ connection }) => connection),
      take(4),
      bufferCount(4),
    ),
    (changes) => changes.map(({ status }) => status).join() === 'connecting,online,connecting,online',
    'two renewals',
  )

const isInterruption = ({ type }: CallEvent) => type === 'interrupted' || type === 'ended'
