import { describe, it } from 'vitest'
import { qualityReports } from '../../../../src/core/call/data-channel/quality-reports.ts'
import type { QualityReport } from '../../../../src/core/index.ts'
import { marbleTest } from '../../support/marble-test.ts'
import { commands, peerEvents } from '../../support/outputs.ts'

const report = (value: QualityReport) => ({ type: 'report-quality', report: value }) as const
const bad: QualityReport = { receiving: 'poor', because: ['loss', 'delay'] }
const good: QualityReport = { receiving: 'good', because: [] }
const reports = { b: report(bad), g: report(good) }
const puts = (value: QualityReport) =>
  commands({ type: 'send', data: JSON.stringify({ type: 'quality', ...value }) })
const out = { B: puts(bad), G: puts(good) }
const features = { q: ['captions', 'quality'], n: ['captions'] }
const peer = { o: peerEvents.dataOpen, y: peerEvents.connected }

describe('qualityReports', () => {
  it(
    'sends each report over the open data channel, and drops what comes before it opens',
    marbleTest(({ hot, expectObservable }) => {
      const features$ = hot('   q-------------', features)
      const opened$ = hot('     --p------p----')
      const peer$ = hot('       ---yo------o--', peer)
      const report$ = hot('     -b-b-b-g--b-b-', reports)
      const expected = '        -----B-G----B-'
      expectObservable(qualityReports({ report$, peer$, opened$, features$ })).toBe(expected, out)
    }),
  )

  it(
    'sends nothing while the call does not use the feature',
    marbleTest(({ hot, expectObservable }) => {
      const features$ = hot('   n----q----n---', features)
      const opened$ = hot('     p-------------')
      const peer$ = hot('       -o------------', peer)
      const report$ = hot('     --b-----g----b', reports)
      const expected = '        --------G-----'
      expectObservable(qualityReports({ report$, peer$, opened$, features$ })).toBe(expected, out)
    }),
  )

  it(
    'releases its sources when unsubscribed',
    marbleTest(({ hot, expectObservable, expectSubscriptions }) => {
      const features$ = hot('   q-----', features)
      const opened$ = hot('     p-----')
      const peer$ = hot('       -o----', peer)
      const report$ = hot('     --b-g-', reports)
      const stop = '            ^--!  '
      expectObservable(qualityReports({ report$, peer$, opened$, features$ }), stop).toBe('--B-', out)
      for (const source$ of [features$, opened$, peer$, report$])
        expectSubscriptions(source$.subscriptions).toBe(stop)
    }),
  )
})
