import { describe, expect, it } from 'vitest'
import { createSubscriptions, type Subscriber } from '../../../server/redis/connection/subscriptions.ts'

describe('subscriptions', () => {
  function subscriber() {
    const calls: string[] = []
    const state = { isReady: true }
    const client: Subscriber = {
      get isReady() {
        return state.isReady
      },
      sSubscribe: (channel) => {
        calls.push(`+${channel}`)
        return Promise.resolve()
      },
      sUnsubscribe: (channel) => {
        calls.push(`-${channel}`)
        return Promise.reject(new Error('no'))
      },
    }
    return { calls, state, client }
  }

  it('that are changed while Redis is away are applied when it is back', () => {
    const { calls, state, client } = subscriber()
    const subscriptions = createSubscriptions(client, () => undefined)
    subscriptions.sSubscribe('a', () => undefined)
    subscriptions.sSubscribe('b', () => undefined)
    state.isReady = false
    subscriptions.sUnsubscribe('a')
    subscriptions.sSubscribe('c', () => undefined)
    expect(calls.splice(0)).toEqual(['+a', '+b'])
    state.isReady = true
    subscriptions.resubscribe()
    expect(calls).toEqual(['-a', '+b', '+c'])
  })

  it('that fail are reported, and throw nothing', async () => {
    const { client } = subscriber()
    const failure = await new Promise((failed) => createSubscriptions(client, failed).sUnsubscribe('a'))
    expect(failure).toEqual(new Error('no'))
  })
})
