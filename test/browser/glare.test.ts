import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { crossing } from './support/scenarios.ts'

describe('both press Call in the same instant', () => {
  test('and get one call, three times', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await crossing(alice, bob, 3)
  })
})
