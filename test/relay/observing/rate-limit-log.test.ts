import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rateLimitLog, LINES_PER_SECOND } from '../../../server/observing/rate-limit-log.ts'
import { logLine, type LogEntry } from '../../../server/index.ts'
import { openSocket, refusalOf, startRelay } from '../support/relay-fixture.ts'

const refused = (code: string): LogEntry => ({ event: 'refused', code })

describe('the rate limit of the log', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const bounded = () => {
    const entries: LogEntry[] = []
    return { entries, ...rateLimitLog((entry) => entries.push(entry)) }
  }

  it('passes 20 refusals in any second, and counts the others by code once a second', () => {
    const { log, entries } = bounded()
    for (let i = 0; i < 1000; i += 1) log(refused(i % 4 === 0 ? 'invalid-name' : 'origin'))
    expect(entries).toHaveLength(LINES_PER_SECOND)
    vi.advanceTimersByTime(1000)
    expect(entries.slice(LINES_PER_SECOND)).toEqual([
      { event: 'suppressed', of: 'refused', counts: { 'invalid-name': 245, origin: 735 } },
    ])
    expect(entries.slice(LINES_PER_SECOND).map(logLine)).toEqual([
      'more refused connections in the last second: 245 invalid-name, 735 origin',
    ])
    vi.advanceTimersByTime(60_000)
    expect(entries).toHaveLength(LINES_PER_SECOND + 1)
  })

  it('has at most 21 lines in any second during a flood, and counts every refusal', () => {
    const { entries, log } = bounded()
    const at: number[] = []
    for (let ms = 0; ms < 10_000; ms += 1) {
      const before = entries.length
      log(refused('origin'))
      vi.advanceTimersByTime(1)
      for (let i = before; i < entries.length; i += 1) at.push(ms)
    }
    vi.advanceTimersByTime(1000)
    for (const [i, ms] of at.entries())
      expect(at.slice(i).filter((other) => other < ms + 1000).length).toBeLessThanOrEqual(
        LINES_PER_SECOND + 1,
      )
    const told = entries.map((entry) => (entry.event === 'suppressed' ? (entry.counts.origin ?? 0) : 1))
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(10_000)
  })

  it('limits each kind of entry that strangers can cause separately, and no other', () => {
    const { log, entries, flush } = bounded()
    for (let i = 0; i < 100; i += 1) {
      log(refused('origin'))
      log({ event: 'cut-off', user: `eve ${i}`, reason: 'flood' })
      log({ event: 'failed', what: 'authentication', error: new Error('no') })
      log({ event: 'warning', message: 'mind' })
    }
    const count = (event: string) => entries.filter((entry) => entry.event === event).length
    expect(['refused', 'cut-off', 'failed', 'warning'].map(count)).toEqual([20, 20, 20, 100])
    flush()
    expect(entries.slice(160)).toEqual([
      { event: 'suppressed', of: 'refused', counts: { origin: 80 } },
      { event: 'suppressed', of: 'cut-off', counts: { flood: 80 } },
      { event: 'suppressed', of: 'failed', counts: { authentication: 80 } },
    ])
    flush()
    vi.advanceTimersByTime(60_000)
    expect(entries).toHaveLength(163)
  })
})

it('refusals of every kind pass the limit of a relay, and its close logs the remaining counts', async () => {
  const entries: LogEntry[] = []
  const { relay, url } = await startRelay({ log: (entry) => entries.push(entry) })
  for (let i = 0; i < 15; i += 1) {
    await refusalOf(url, { name: '' })
    const socket = openSocket(url, {}, { extraHeaders: { origin: 'https://evil.example' } })
    await new Promise((resolve) => socket.once('connect_error', resolve))
  }
  await relay.close()
  const counted: Record<string, number> = {}
  for (const entry of entries) {
    if (entry.event === 'refused') counted[entry.code] = (counted[entry.code] ?? 0) + 1
    if (entry.event !== 'suppressed') continue
    for (const [code, count] of Object.entries(entry.counts)) counted[code] = (counted[code] ?? 0) + count
  }
  expect(counted).toEqual({ origin: 15, 'invalid-name': 15 })
})
