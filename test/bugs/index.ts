import { labBugs } from '../../src/ui/lab/bugs/index.ts'
import { answeringBugs } from './answering.ts'
import type { Bug } from './bug.ts'
import { endingBugs } from './endings.ts'
import { featureBugs } from './features.ts'
import { forkingBugs } from './forking.ts'
import { glareBugs } from './glare.ts'
import { hostileBugs } from './hostile.ts'
import { identityBugs } from './identity.ts'
import { inviteBugs } from './invites.ts'
import { mediaBugs } from './media.ts'
import { qualityBugs } from './quality.ts'
import { recoveryBugs } from './recovery.ts'
import { signalBugs } from './signals.ts'
import { strangerBugs } from './strangers.ts'
import { textBugs } from './texts.ts'
import { transportBugs } from './transport.ts'

export type { Bug } from './bug.ts'

/** Every known bug, by what it is about, and those that the lab has, too. */
export const bugs: readonly Bug[] = [
  ...inviteBugs,
  ...strangerBugs,
  ...glareBugs,
  ...identityBugs,
  ...answeringBugs,
  ...forkingBugs,
  ...endingBugs,
  ...signalBugs,
  ...recoveryBugs,
  ...mediaBugs,
  ...textBugs,
  ...featureBugs,
  ...qualityBugs,
  ...transportBugs,
  ...hostileBugs,
  ...labBugs.map(({ id, why, breaks, stages }): Bug => ({ name: id, why, breaks, stages })),
]
