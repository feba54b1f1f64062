import type { ConformanceCase } from '../conformance-case.ts'
import { closing } from './closing.ts'
import { connecting } from './connecting.ts'
import { failing } from './failing.ts'
import { media } from './media.ts'
import { releasing } from './releasing.ts'
import { restart } from './restart.ts'
import { signals } from './signals.ts'
import { statistics } from './statistics.ts'

/** All promises of the PeerPort contract, in reading order. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...connecting,
  ...media,
  ...statistics,
  ...signals,
  ...restart,
  ...closing,
  ...releasing,
  ...failing,
]
