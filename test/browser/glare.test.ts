import { describe } from 'vitest'
import { test } from './support/browser-test.ts'
import { crossing } from './support/scenarios.ts'

describe('two users who press Call in the same instant', () => {
  test('get one call, three times in a row', async ({ join }) => {
    await crossing(await join('alice'), await join('bob'), 3)
  })
})
