import type { Stages } from '../../src/core/index.ts'
import type { Invariant } from '../../src/testing/simulator/rules/index.ts'

/** A fault put into a client on purpose, by stages that replace its own. The simulator has to notice it. */
export interface Bug {
  /** What the client does wrong. */
  readonly name: string
  /** What its user, or the other side, suffers. */
  readonly why: string
  /** The invariant that it breaks. */
  readonly breaks: Invariant
  readonly stages: Partial<Stages>
}
