import { describe } from 'vitest'
import { test } from '../browser/support/network-test.ts'
import { cutOff } from '../browser/support/scenarios.ts'

describe('one side that is cut off from the relay for twenty seconds', () => {
  test('stays in its call, while another call keeps ringing', async ({ line, join }) => {
    await cutOff({ line, join }, 20_000)
  })
})
