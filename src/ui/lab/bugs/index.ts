import type { LabBug } from './bug.ts'
import { connectionBugs } from './connection-bugs.ts'
import { endingBugs } from './ending-bugs.ts'
import { mediaBugs } from './media-bugs.ts'
import { setupBugs } from './setup-bugs.ts'

export type { LabBug } from './bug.ts'

/** The bugs that one can switch on in the lab. */
export const labBugs: readonly LabBug[] = [...setupBugs, ...connectionBugs, ...mediaBugs, ...endingBugs]
