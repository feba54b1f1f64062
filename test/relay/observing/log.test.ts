import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rateLimitLog, LINES_PER_SECOND } from '../../../server/observing/rate-limit-log.ts'
import { safeLog } from '../../../server/observing/safe-log.ts'
import { createRelay, logLine, type LogEntry } from '../../../server/index.ts'
import { lineOutput } from '../../../server/cli/line-output.ts'
import { openSocket, refusalOf, startRelay } from '../support/relay-fixture.ts'

const refused = (code: string): LogEntry => ({ event: 'refused', code })

describe('the bound of the log', () => {
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

  it('has at most 21 lines in any second while a flood goes on, and loses no refusal', () => {
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

  it('bounds each kind of entry that strangers can cause by itself, and no other', () => {
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

it('refusals of every kind go through the bound of a relay, and its close logs what was only counted', async () => {
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

describe('a log of its own that fails', () => {
  it.each<[string, (entry: LogEntry) => void]>([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('disk full'))],
  ])('harms no connection when it %s', async (_, log) => {
    const { url } = await startRelay({ log })
    expect(await refusalOf(url, { name: '' })).toMatchObject({ code: 'invalid-name' })
    expect(await refusalOf(url, { name: '' })).toMatchObject({ code: 'invalid-name' })
  })

  it('lets the relay start and close when it throws', async () => {
    const relay = createRelay({
      port: 0,
      turn: { urls: ['turn:turn.example.org'], secret: 's' },
      log() {
        throw new Error('disk full')
      },
    })
    await relay.listen()
    await relay.drain(0)
    await relay.close()
  })

  it('gets how many entries it lost as soon as it works again', async () => {
    const entries: LogEntry[] = []
    let fault: 'throws' | 'rejects' | undefined
    const log = safeLog((entry) => {
      if (fault === 'throws') throw new Error('disk full')
      if (fault === 'rejects') return Promise.reject(new Error('no route'))
      entries.push(entry)
    })
    log(refused('a'))
    fault = 'throws'
    for (const code of ['b', 'c', 'd']) log(refused(code))
    fault = undefined
    log(refused('e'))
    log(refused('f'))
    fault = 'rejects'
    log(refused('g'))
    await Promise.resolve().then(() => Promise.resolve())
    fault = undefined
    log(refused('h'))
    expect(entries).toEqual([
      refused('a'),
      { event: 'lost', lines: 3, problem: 'disk full' },
      refused('e'),
      refused('f'),
      { event: 'lost', lines: 1, problem: 'no route' },
      refused('h'),
    ])
    expect(entries.flatMap((entry) => (entry.event === 'lost' ? [logLine(entry)] : []))).toEqual([
      'lost 3 lines that could not be written: disk full',
      'lost 1 line that could not be written: no route',
    ])
  })
})

it('a failure that cannot be turned into text is logged all the same', () => {
  const entry: LogEntry = { event: 'failed', what: 'authentication', error: Object.create(null) }
  expect(logLine(entry)).toBe('authentication failed: an error without a description')
})

describe('an output of lines', () => {
  const lostLine = (lines: number, problem: string) => `lost ${lines}: ${problem}`
  const sink = (highWaterMark?: number) => {
    const state = { text: '', fault: undefined as Error | undefined, blocked: false }
    let goOn = () => {}
    const stream = new Writable({
      ...(highWaterMark !== undefined && { highWaterMark }),
      decodeStrings: false,
      // As the streams of a process are.
      autoDestroy: false,
      write(chunk: string, _, done) {
        const finish = () => {
          if (state.fault === undefined) state.text += chunk
          done(state.fault)
        }
        if (state.blocked) goOn = finish
        else finish()
      },
    })
    const unblock = () => {
      state.blocked = false
      goOn()
    }
    return { state, stream, unblock }
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  it('holds a bounded amount for a reader that stalls, and says what is missing once it reads again', async () => {
    const { state, stream, unblock } = sink()
    const write = lineOutput(stream, lostLine)
    state.blocked = true
    const line = 'x'.repeat(1023)
    for (let i = 0; i < 3000; i += 1) write(line)
    expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024)
    unblock()
    await expect.poll(() => state.text).toContain('lost')
    const kept = state.text.split('\n').filter((text) => text === line).length
    expect(kept).toBeLessThan(1030)
    expect(state.text).toContain(`lost ${3000 - kept}: it is not read`)
  })

  it('writes on after an error of the stream, and never throws', async () => {
    const { state, stream } = sink()
    const write = lineOutput(stream, lostLine)
    write('one')
    await settled()
    state.fault = new Error('ENOSPC')
    expect(() => write('two')).not.toThrow()
    await settled()
    expect(state.text).toBe('one\n')
    stream.destroy()
    expect(() => write('three')).not.toThrow()
    await settled()
  })
})
