import type { MediaPort } from 'rxcall'
import { Subject, switchMap } from 'rxjs'
import { describe, expect } from 'vitest'
import { nothingLeft, test } from './support/call-test.ts'
import { frames } from './support/received-media.ts'
import { syntheticMedia } from './support/synthetic-media.ts'
import { until } from './support/until.ts'

describe('two clients that call each other in the same instant', () => {
  test('get one call, the one with the lower id, without an accept', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    alice.client.call('bob')
    bob.client.call('alice')

    const [a, b] = await Promise.all([alice.phase('connected'), bob.phase('connected')])
    const dialled = [alice, bob].map(({ events }) => events.find(({ type }) => type === 'outgoing'))
    const ids = dialled.map((event) => (event?.type === 'outgoing' ? event.callId : ''))
    expect(a.callId).toBe(ids.toSorted()[0])
    expect(b.callId).toBe(a.callId)
    expect(new Set([a.role, b.role])).toEqual(new Set(['caller', 'callee']))

    for (const { client, webRtc, camera, errors } of [alice, bob]) {
      await until(frames(client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
      await until(webRtc.open$, (open) => open === 1, 'single peer connection')
      expect(camera.requests).toHaveLength(1)
      expect(errors).toEqual([])
    }

    alice.client.hangUp()
    expect(await bob.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote', callId: a.callId })
    await Promise.all([alice, bob].map(nothingLeft))
    for (const { events } of [alice, bob])
      expect(events.filter(({ type }) => type === 'ended')).toHaveLength(1)
  })

  test('continue with the call of the client whose camera is already open', async ({ join }) => {
    const camera = syntheticMedia()
    const permission$ = new Subject<void>()
    const capture: MediaPort['capture'] = (request) =>
      permission$.pipe(switchMap(() => camera.port.capture(request)))
    const [alice, bob] = [await join('alice', { media: { ...camera.port, capture } }), await join('bob')]

    alice.client.call('bob')
    bob.client.call('alice')
    const { callId } = await bob.phase('connecting')
    permission$.next()

    const [a, b] = await Promise.all([alice.phase('connected'), bob.phase('connected')])
    expect([a.callId, b.callId]).toEqual([callId, callId])
    expect([a.role, b.role]).toEqual(['callee', 'caller'])
    await until(frames(bob.client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
    // Alice's first one was for the call that gave way: it was made while she was asked for permission.
    expect([alice.webRtc.made(), bob.webRtc.made()]).toEqual([2, 1])
    alice.client.hangUp()
    await bob.phase('ended')
    expect(camera.live()).toEqual([])
  })

  test('can make other calls afterwards', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob')]
    for (let round = 0; round < 5; round++) {
      alice.client.call('bob')
      bob.client.call('alice')
      const [a, b] = await Promise.all([alice.phase('connected'), bob.phase('connected')])
      expect(a.callId).toBe(b.callId)
      alice.client.hangUp()
      await Promise.all([alice.phase('ended'), bob.phase('ended')])
      await Promise.all([alice, bob].map(nothingLeft))
    }
  })
})
