import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { crossing } from './support/scenarios.ts'

describe('both press Call in the same instant', () => {
  test('and get one call, three times', async ({ join }) => {
    await crossing(await join('alice'), await join('bob'), 3)
  })
})
