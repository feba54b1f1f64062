import { describe, expect, it } from 'vitest'
import { safeLog } from '../../../server/observing/safe-log.ts'
import { createRelay, logLine, type LogEntry } from '../../../server/index.ts'
import { refusalOf, startRelay } from '../support/relay-fixture.ts'

const refused = (code: string): LogEntry => ({ event: 'refused', code })

describe('a custom log that fails', () => {
  it.each<[string, (entry: LogEntry) => void]>([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('disk full'))],
  ])('affects no connection when it %s', async (_, log) => {
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

it('a failure that cannot be turned into text is still logged', () => {
  const entry: LogEntry = { event: 'failed', what: 'authentication', error: Object.create(null) }
  expect(logLine(entry)).toBe('authentication failed: an error without a description')
})
