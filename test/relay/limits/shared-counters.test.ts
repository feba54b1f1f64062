import { describe, expect, it, vi } from 'vitest'
import { memoryLimiter } from '../../../server/limits/limiter.ts'
import { logLine } from '../../../server/observing/log.ts'
import { ack, codeOf, connect, expectOnlyMessage, invite, startRelay } from '../support/relay-fixture.ts'

describe('the counters', () => {
  it('can be those of a store', async () => {
    const made: unknown[] = []
    const keys: string[] = []
    const { url } = await startRelay({
      limiter: (options) => {
        made.push(options)
        return {
          consume(key, points) {
            keys.push(`${options.keyPrefix} ${key} ${points}`)
            return memoryLimiter(options).consume(key, points)
          },
        }
      },
    })
    const [alice] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await alice.send(invite('bob'))
    expect(made).toContainEqual({ keyPrefix: 'rxcall:invites:user', points: 120, duration: 60 })
    // A hundredth of the allowance, and at most 100.
    expect(keys).toEqual([
      'rxcall:handshakes:address 127.0.0.1 6',
      'rxcall:messages:address 127.0.0.1 100',
      'rxcall:invites:address 127.0.0.1 12',
      'rxcall:messages:user alice 30',
      'rxcall:invites:user alice 1',
    ])
  })

  it('allow everything when their store is away, and report that', async () => {
    const lines: string[] = []
    const { url } = await startRelay({
      limiter: () => ({ consume: () => Promise.reject(new Error('the store is away')) }),
      log: (entry) => lines.push(logLine(entry)),
    })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await expectOnlyMessage(alice, bob)
    expect(lines.join('\n')).toContain('the store is away')
  })

  it('keep the order of messages, whichever is counted first', async () => {
    const slowFirst = [50, 0, 0, 0, 0]
    const { url } = await startRelay({
      limiter: (options) => ({
        consume: (key, points) => {
          const counted = memoryLimiter(options).consume(key, points)
          const wait = options.keyPrefix === 'rxcall:messages:user' ? (slowFirst.shift() ?? 0) : 0
          return new Promise((resolve) => setTimeout(() => resolve(counted), wait))
        },
      }),
    })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    const messages = Array.from({ length: 5 }, () => ack('bob'))
    const receipts = await Promise.all(messages.map((message) => alice.send(message)))
    expect(receipts.map(codeOf)).toEqual(Array(5).fill('ok'))
    await expectOnlyMessage(
      alice,
      bob,
      messages.map((message) => ({ ...message, from: alice.self, ageMs: 0 })),
    )
  })

  it('disappear with a limit that is off', async () => {
    const limiter = vi.fn(memoryLimiter)
    const none = { points: Infinity, seconds: 1 }
    const { url } = await startRelay({ limiter, limits: { messagesPerUser: none, messagesPerAddress: none } })
    const [alice, bob] = [await connect(url, 'alice'), await connect(url, 'bob')]
    await expectOnlyMessage(alice, bob)
    expect(limiter.mock.calls.map(([{ keyPrefix }]) => keyPrefix)).not.toContain('rxcall:messages:user')
  })
})
