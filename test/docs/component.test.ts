import type { CallClient } from 'rxcall'
import { fakeCall } from 'rxcall/testing'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => vi.useRealTimers())

/** What a component would show of the client, and its one button. */
function show(client: CallClient) {
  const actions: Readonly<Record<string, () => void>> = { Accept: () => client.accept() }
  return {
    press: (button: string) => actions[button]?.(),
    text() {
      const call = client.state$.value
      return call.phase === 'idle' ? call.phase : `${call.phase} ${call.remote.user}`
    },
  }
}

it('answers a call with a button', async () => {
  vi.useFakeTimers()
  const { alice, bob } = fakeCall()
  const page = show(alice) // renders your component with this client
  await vi.advanceTimersByTimeAsync(50)
  bob.call('alice')
  await vi.advanceTimersByTimeAsync(100)
  page.press('Accept')
  await vi.advanceTimersByTimeAsync(200)
  expect(page.text()).toContain('connected bob')
})
