import type { ConformanceCase } from '../conformance-case.ts'
import { closing } from './closing.ts'
import { connecting } from './connecting.ts'
import { failing } from './failing.ts'
import { media } from './media.ts'
import { releasing } from './releasing.ts'
import { restart } from './restart.ts'
import { signals } from './signals.ts'

/** All that the contract of PeerPort promises, in the order in which it is best read. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...connecting,
  ...media,
  ...signals,
  ...restart,
  ...closing,
  ...releasing,
  ...failing,
]
