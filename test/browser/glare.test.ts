import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { crossing } from './support/scenarios.ts'

describe('two users who press Call in the same instant', () => {
  test('get one call, three times in a row', async ({ join }) => {
    const [alice, bob] = await Promise.all([join('alice'), join('bob')])
    await crossing(alice, bob, 3)
  })
})
