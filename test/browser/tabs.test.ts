import { describe, expect } from 'vitest'
import { test } from './support/browser-test.ts'
import { connect, connected, nothingLeft, openedNothing, ring, sees } from './support/steps.ts'

describe('two tabs of one user', () => {
  test('both ring, one answers, and the other opens no camera', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    const second = await join('bob', { beside: bob })
    await Promise.all([ring(alice, bob), second.status('alice is calling')])

    await second.press('Accept')
    await connected(alice, second)
    await bob.status('Answered elsewhere')
    await Promise.all([sees(alice), sees(second)])
    await openedNothing(bob)
    expect(await bob.button('Call again').count()).toBe(0)
    expect(await bob.page.getByRole('alert').count()).toBe(0)

    await alice.press('Hang up')
    await second.status('Call ended: alice hung up')
    await bob.status('Answered elsewhere')
  })

  test('both stop ringing when one declines', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    const second = await join('bob', { beside: bob })
    await Promise.all([ring(alice, bob), second.status('alice is calling')])

    await bob.press('Decline')
    await Promise.all([
      alice.status('Call ended: bob declined'),
      bob.status('Call ended: you declined'),
      second.status('Answered elsewhere'),
    ])
    await Promise.all([openedNothing(bob), openedNothing(second), nothingLeft(alice)])
  })

  test('both stop ringing when the caller gives up', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    const second = await join('bob', { beside: bob })
    await Promise.all([ring(alice, bob), second.status('alice is calling')])

    await alice.press('Hang up')
    await Promise.all([bob, second].map((tab) => tab.status('Call ended: alice cancelled it')))
  })

  test('cannot take over a call: the second tab that calls finds the other side busy', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await connect(alice, bob)
    const second = await join('alice', { beside: alice })
    await second.press('Call bob')
    await second.status('Call ended: bob is in another call')
    await Promise.all([connected(alice, bob), sees(alice), sees(bob)])
    await bob.press('Hang up')
    await alice.status('Call ended: bob hung up')
  })
})
