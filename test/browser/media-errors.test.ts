import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, connected, hears, nothingLeft, ring, sees } from './support/steps.ts'

describe('a caller', () => {
  test('without a camera gets advice, and nobody’s phone rings', async ({ join }) => {
    const [alice, bob] = [await join('alice', { devices: 'no-camera' }), await join('bob')]

    await alice.press('Call bob')
    await alice.status('Call ended: your camera or microphone could not be opened')
    await alice.alert('No camera or microphone was found.')
    expect(await bob.button('Accept').count()).toBe(0)
    await bob.status('Ready to call')
    await nothingLeft(alice)

    await connect(bob, await join('carol'))
  })

  test('without a camera can make an audio call', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice', { devices: 'no-camera' }), join('bob')])

    await alice.press('Call bob')
    await alice.alert('No camera or microphone was found.')
    await alice.press('Try audio only')
    await bob.status('alice is calling')
    await bob.press('Accept')
    await connected(alice, bob)
  })

  test('whose camera is blocked is told so, calls nobody, and can make an audio call', async ({ join }) => {
    const context = { permissions: ['microphone'] }
    const [alice, bob] = [await join('alice', { devices: 'refused', context }), await join('bob')]

    await alice.press('Call bob')
    await alice.status('Not called: camera or microphone not allowed')
    await alice.alert('Your camera is blocked for this page.')
    await bob.status('Ready to call')
    await nothingLeft(alice)

    await alice.press('Try audio only')
    await bob.status('alice is calling')
    expect(await alice.page.getByRole('alert').count()).toBe(0)
  })
})

describe('a callee', () => {
  test('is connected while the browser still asks for the devices, which follow', async ({ join }) => {
    const alice = await join('alice')
    const bob = await join('bob', {
      prepare: (page) =>
        page.addInitScript(() => {
          const { mediaDevices } = navigator
          const open = mediaDevices.getUserMedia.bind(mediaDevices)
          const allowed = new Promise<void>((resolve) => addEventListener('allow', () => resolve()))
          mediaDevices.getUserMedia = async (constraints) => {
            await allowed
            return open(constraints)
          }
        }),
    })
    await ring(alice, bob)

    await bob.press('Accept')
    await Promise.all([
      alice.status('Connected to bob'),
      bob.status('Connected to alice'),
      alice.page.getByText('bob is turning on the camera and microphone…').waitFor(),
      sees(bob),
      bob.button('Turn camera off').waitFor(),
    ])
    await bob.page.evaluate(() => dispatchEvent(new Event('allow')))
    await sees(alice)
    await alice.page.getByText('bob is turning on').waitFor({ state: 'detached' })
    await alice.press('Hang up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('without a camera is connected with audio alone, sees the caller, and is told why', async ({
    join,
  }) => {
    const [alice, bob] = [await join('alice'), await join('bob', { devices: 'no-camera' })]
    await ring(alice, bob)

    await bob.press('Accept')
    await Promise.all([
      bob.status('Connected to alice'),
      bob.alert('No camera or microphone was found.'),
      alice.status('Connected to bob'),
    ])
    await Promise.all([sees(bob), hears(alice)])
    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('who refuses permission is connected anyway, and is told why', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob', { devices: 'refused' })]
    await ring(alice, bob)

    await bob.press('Accept')
    await Promise.all([
      bob.status('Connected to alice'),
      bob.alert('Your camera and microphone are blocked for this page.'),
      alice.status('Connected to bob'),
    ])
    await sees(bob)
    await alice.press('Hang up')
    await bob.status('Call ended: alice hung up')
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })
})
