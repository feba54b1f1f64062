import type { Stages } from 'rxcall'
import type { Invariant } from 'rxcall/testing'

/** A bug that the lab can put into all clients: stages that replace the built-in ones. */
export interface LabBug {
  /** What the client does wrong, for an address. */
  readonly id: string
  /** The same, to show. */
  readonly title: string
  /** What its user, or the other side, suffers. */
  readonly why: string
  /** The invariant that it breaks. */
  readonly breaks: Invariant
  readonly stages: Partial<Stages>
}
