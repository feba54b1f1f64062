import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, connected, nothingLeft, ring } from './support/steps.ts'

describe('a caller', () => {
  test('without a camera learns what to do, and nobody’s phone rings', async ({ join }) => {
    const [alice, bob] = [await join('alice', { devices: 'no-camera' }), await join('bob')]

    await alice.press('Call bob')
    await alice.status('Call ended: your camera or microphone could not be opened')
    await alice.alert('No camera or microphone was found.')
    expect(await bob.button('Accept').count()).toBe(0)
    await bob.status('Ready to call')
    await nothingLeft(alice)

    await connect(bob, await join('carol'))
  })

  test('without a camera can call by sound alone', async ({ join }) => {
    const alice = await join('alice', { devices: 'no-camera' })
    const bob = await join('bob')

    await alice.press('Call bob')
    await alice.alert('No camera or microphone was found.')
    await alice.press('Try audio only')
    await bob.status('alice is calling')
    await bob.press('Accept')
    await connected(alice, bob)
  })

  test('who refuses permission gives up the call', async ({ join }) => {
    const [alice, bob] = [await join('alice', { devices: 'refused' }), await join('bob')]

    await alice.press('Call bob')
    await alice.status('Call ended: you cancelled it')
    await alice.alert('Camera or microphone are not allowed.')
    await bob.status('Ready to call')
    await nothingLeft(alice)
  })
})

describe('a callee', () => {
  test('without a camera ends the call on both sides', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob', { devices: 'no-camera' })]
    await ring(alice, bob)

    await bob.press('Accept')
    await Promise.all([
      bob.status('Call ended: your camera or microphone could not be opened'),
      bob.alert('No camera or microphone was found.'),
      alice.status('Call ended: the camera or microphone of bob could not be opened'),
      alice.alert('The other side could not open camera or microphone.'),
    ])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })

  test('who refuses permission ends the call on both sides', async ({ join }) => {
    const [alice, bob] = [await join('alice'), await join('bob', { devices: 'refused' })]
    await ring(alice, bob)

    await bob.press('Accept')
    await Promise.all([
      bob.status('Call ended: you cancelled it'),
      bob.alert('Camera or microphone are not allowed.'),
      alice.status('Call ended: bob cancelled it'),
    ])
    await Promise.all([nothingLeft(alice), nothingLeft(bob)])
  })
})
