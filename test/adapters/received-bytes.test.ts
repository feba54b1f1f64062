import { toArray, type Observable } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { receivedBytes } from '../../src/adapters/peer-connection/received-bytes.ts'

interface Stats {
  readonly id: string
  readonly type: string
  readonly bytesReceived?: number
}

/** All that is emitted, once it completes. */
const all = (received$: Observable<unknown>): Promise<readonly unknown[]> =>
  new Promise((resolve, reject) => {
    received$.pipe(toArray()).subscribe({ next: resolve, error: reject })
  })

/** Measures a connection that has these statistics, one report after the other. */
function measuring(...reports: readonly (readonly Stats[])[]) {
  const getStats = vi.fn<() => Promise<unknown>>(() => Promise.reject(new Error('no more')))
  for (const report of reports)
    getStats.mockResolvedValueOnce(new Map(report.map((stats) => [stats.id, stats])))
  const received$ = receivedBytes({ getStats } as unknown as RTCPeerConnection)
  return { next: () => all(received$) }
}

const transport = (id: string, bytesReceived?: number): Stats => ({
  id,
  type: 'transport',
  ...(bytesReceived !== undefined && { bytesReceived }),
})
const pair = (id: string, bytesReceived: number): Stats => ({ id, type: 'candidate-pair', bytesReceived })
const told = (bytes: number) => ({ type: 'received', bytes })

describe('receivedBytes', () => {
  it('sums the bytes of the transports, and does not count pairs twice', async () => {
    const inbound = { id: 'r', type: 'inbound-rtp', bytesReceived: 7 }
    const { next } = measuring(
      [transport('a', 100), transport('b', 20), pair('p', 120), inbound],
      [transport('a', 150), transport('b', 20), pair('p', 170), inbound],
    )
    expect(await next()).toEqual([told(120)])
    expect(await next()).toEqual([told(170)])
  })

  it('sums the candidate pairs when transports do not count, including those that a restart removed', async () => {
    const { next } = measuring(
      [transport('a'), pair('p', 100)],
      [transport('a')],
      [transport('a'), pair('q', 30)],
      [],
    )
    expect(await next()).toEqual([told(100)])
    expect(await next()).toEqual([told(100)])
    expect(await next()).toEqual([told(130)])
    expect(await next()).toEqual([told(130)])
  })

  it('completes after one measurement, or without one when there are no statistics', async () => {
    const { next } = measuring([transport('a', 1)])
    expect(await next()).toEqual([told(1)])
    expect(await next()).toEqual([])
  })
})
