import { concatMap, filter, map, merge } from 'rxjs'
import type { CallAction } from '../../src/core/index.ts'
import { qualityReports } from '../../src/core/call/data-channel/quality-reports.ts'
import { statistics } from '../../src/core/call/peer/statistics.ts'
import { localMedia, peerConnections } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'

const measuring = { type: 'command', command: { type: 'get-stats' } } as const

/** The quality of a call: what is measured, reported and given up. */
export const qualityBugs: readonly Bug[] = [
  {
    name: 'measures-unasked',
    why: 'statistics cost time and energy, though nobody looks at them',
    breaks: 'measures-only-in-calls',
    stages: {
      statistics: (sources) => merge(statistics(sources), sources.opened$.pipe(map(() => measuring))),
    },
  },
  {
    name: 'floods-quality-reports',
    why: 'the reports take bandwidth from the very call that lacks it',
    breaks: 'limits-quality-reports',
    stages: {
      qualityReports: (sources) => qualityReports(sources).pipe(concatMap((output) => [output, output])),
    },
  },
  {
    name: 'reports-bad-quality-only',
    why: 'the other side limits its video long after the line is good again',
    breaks: 'quality-reports-arrive',
    stages: {
      qualityReports: (sources) =>
        qualityReports({
          ...sources,
          report$: sources.report$.pipe(filter(({ report }) => report.receiving !== 'good')),
        }),
    },
  },
  {
    name: 'gives-up-sound-first',
    why: 'the other side sees a user on a bad line, and hears nothing',
    breaks: 'keeps-sound',
    stages: {
      localMedia: (sources, port) =>
        localMedia({ ...sources, action$: sources.action$.pipe(map(soundInsteadOfPicture)) }, port),
    },
  },
  {
    name: 'never-forgets-a-bad-round-trip',
    why: 'the call counts as poor until its end, though the line is good again',
    breaks: 'grade-recovers',
    stages: {
      peerConnections: (sources, port, env) => {
        let worst = 0
        return peerConnections(sources, port, env).pipe(
          map((output) => {
            if (output.type !== 'peer' || output.event.type !== 'stats') return output
            const { stats } = output.event
            worst = Math.max(worst, stats.roundTripMs ?? 0)
            return { ...output, event: { type: 'stats', stats: { ...stats, roundTripMs: worst } } } as const
          }),
        )
      },
    },
  },
]

function soundInsteadOfPicture<A extends CallAction>(action: A): A {
  if (action.type !== 'media' || action.change.video !== false) return action
  return { ...action, change: { audio: false } }
}
