import { describe } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { crossing } from '../browser/support/scenarios.ts'

describe('both press Call in the same instant', () => {
  test('and get one call, a hundred times', async ({ join }) => {
    await crossing(await join('alice'), await join('bob'), 100)
  })
})
