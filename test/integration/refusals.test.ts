import { CallError, type CallErrorCode, type MediaPort } from 'rxcall'
import { createRelay } from 'rxcall-relay'
import { NEVER, VirtualTimeScheduler, filter, throwError } from 'rxjs'
import { describe, expect, onTestFinished } from 'vitest'
import { connect, createParticipant, nothingLeft, test, type Participant } from './support/call-test.ts'
import { frames } from './support/received-media.ts'
import { syntheticMedia } from './support/synthetic-media.ts'
import { until } from './support/until.ts'

describe('a call that does not connect', () => {
  test('is declined by the callee', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    alice.client.call('bob')
    await bob.phase('ringing')
    bob.client.decline()
    expect(await bob.phase('ended')).toMatchObject({ reason: 'declined', by: 'local' })
    expect(await alice.phase('ended')).toMatchObject({ reason: 'declined', by: 'remote' })
    await Promise.all([alice, bob].map(nothingLeft))
    expect([bob.camera.requests, bob.webRtc.made()]).toEqual([[], 0])
    expect([...alice.errors, ...bob.errors]).toEqual([])
  })

  test('is cancelled by the caller while it rings', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    alice.client.call('bob')
    await bob.phase('ringing')
    alice.client.hangUp()
    expect(await alice.phase('ended')).toMatchObject({ reason: 'cancelled', by: 'local' })
    expect(await bob.phase('ended')).toMatchObject({ reason: 'cancelled', by: 'remote' })
    await Promise.all([alice, bob].map(nothingLeft))
    expect([bob.camera.requests, bob.webRtc.made()]).toEqual([[], 0])

    bob.client.accept()
    expect(bob.errors.map(({ code }) => code)).toEqual(['not-ringing'])
  })

  test('is unreachable if the user is offline', async ({ join }) => {
    const alice = await join('alice')
    alice.client.call('nobody')
    expect(await alice.phase('ended')).toMatchObject({
      reason: 'unreachable',
      error: { code: 'unreachable' },
    })
    await nothingLeft(alice)
  })

  test('is busy if the user is in another call, which continues', async ({ join }) => {
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')]
    const callId = await connect(alice, bob)

    carol.client.call('bob')
    expect(await carol.phase('ended')).toMatchObject({ reason: 'busy', by: 'remote' })
    await nothingLeft(carol)
    await goesOn(callId, alice, bob)
    expect([...alice.errors, ...bob.errors, ...carol.errors]).toEqual([])
  })
})

describe('a client in a call', () => {
  test('cannot call somebody else, and its call continues', async ({ join }) => {
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')]
    const callId = await connect(alice, bob)
    const before = await alice.phase('connected')

    alice.client.call('carol')
    expect(alice.errors.map(({ code }) => code)).toEqual(['already-in-call'])
    expect(await alice.phase('connected')).toBe(before)
    await goesOn(callId, alice, bob)
    expect(carol.events.filter(({ type }) => type === 'received')).toEqual([])
  })
})

describe('camera or microphone that cannot be opened', () => {
  const refusing = (code: CallErrorCode): MediaPort => ({
    ...syntheticMedia().port,
    capture: () => throwError(() => new CallError(code, 'no camera in this test')),
  })

  const codes = ['permission-denied', 'no-device', 'device-in-use', 'capture-failed'] as const

  for (const code of codes) {
    test(`is an error of the callee that ends nothing: ${code}`, async ({ join }) => {
      const [alice, bob] = [await join('alice'), await join('bob', { media: refusing(code) })]
      alice.client.call('bob')
      await bob.phase('ringing')
      bob.client.accept()

      await Promise.all([alice.phase('connected'), bob.phase('connected')])
      const told = () => bob.events.flatMap((event) => (event.type === 'error' ? [event.error.code] : []))
      // The microphone's, and the camera's.
      await expect.poll(told).toEqual([code, code])
      bob.client.hangUp()
      expect(await alice.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
      await Promise.all([alice, bob].map(nothingLeft))
    })
  }

  test('ends the call of a caller before anybody rings', async ({ join }) => {
    const [alice, bob] = [await join('alice', { media: refusing('permission-denied') }), await join('bob')]
    alice.client.call('bob')
    expect(await alice.phase('ended')).toMatchObject({
      reason: 'cancelled',
      error: { code: 'permission-denied' },
    })
    expect(alice.events.filter(({ type }) => type === 'send')).toEqual([])

    await connect(bob, await join('carol'))
    expect(bob.events.filter(({ type }) => type === 'incoming')).toEqual([])
  })

  test('does not prevent a caller from giving up during the permission prompt', async ({ join }) => {
    const alice = await join('alice', { media: { ...syntheticMedia().port, capture: () => NEVER } })
    alice.client.call('bob')
    alice.client.hangUp()
    expect(await alice.phase('ended')).toMatchObject({ reason: 'cancelled', by: 'local' })
    expect(alice.events.filter(({ type }) => type === 'send')).toEqual([])
  })
})

describe('the relay', () => {
  test('refuses a name that another client holds, who keeps it', async ({ join, relay }) => {
    const alice = await join('alice')
    const impostor = createParticipant(relay.url, 'alice')
    const refused = await until(impostor.client.connection$, ({ status }) => status === 'refused', 'refusal')
    impostor.client.close()

    expect(refused).toMatchObject({ error: { code: 'name-taken' } })
    await connect(await join('bob'), alice)
  })

  test('gives a name to somebody else once its client has left', async ({ join }) => {
    const [first, bob] = [await join('alice'), await join('bob')]
    first.client.close()
    await until(bob.client.roster$, (users) => users.length === 0, 'roster without alice')
    await connect(bob, await join('alice'))
  })

  test('gives a client its name back that somebody took after a restart, and its call continues', async ({
    join,
  }) => {
    const before = createRelay({ port: 0 })
    const { url, port } = await before.listen()
    const waits = new VirtualTimeScheduler()
    const pass = (ms: number) => {
      waits.maxFrames = waits.frame + ms
      waits.flush()
    }
    const alice = await join('alice', { signaling: { url } })
    const bob = await join('bob', { signaling: { url, scheduler: waits, random: () => 0 } })
    const callId = await connect(alice, bob)
    await before.close()
    await until(bob.client.connection$, ({ status }) => status === 'connecting', 'loss')

    const after = createRelay({ port })
    await after.listen()
    onTestFinished(() => after.close())
    const mallory = createParticipant(url, 'bob')
    await until(mallory.client.connection$, ({ status }) => status === 'online', 'mallory as bob')
    pass(0)
    await until(
      bob.client.connection$,
      (connection) => connection.status === 'connecting' && connection.error?.code === 'name-taken',
      'refusal',
    )
    expect(await bob.phase('connected')).toMatchObject({ callId })

    await until(alice.client.roster$, (users) => users.includes('bob'), 'alice beside mallory')
    mallory.client.close()
    await until(alice.client.roster$, (users) => users.length === 0, 'roster without mallory')
    pass(7_000)
    await until(bob.client.connection$, ({ status }) => status === 'online', 'bob again')
    await goesOn(callId, alice, bob)
  })
})

/** Resolves once more pictures of the call `callId` have come on both sides. */
async function goesOn(callId: string, ...sides: readonly Participant[]): Promise<void> {
  for (const side of sides) {
    expect(await side.phase('connected')).toMatchObject({ callId })
    await until(
      frames(side.client.remoteStream$).pipe(filter((_, n) => n > 5)),
      () => true,
      `picture at ${side.name}`,
    )
  }
}
