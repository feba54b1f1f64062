import type { MessageChange } from '../simulator/message-change.ts'
import type { Scenario } from '../simulator/scenario.ts'

/** A world to look at and to change, as plain data. */
export interface Scene {
  /** What one sees, in a few words: at most 80 characters. */
  readonly title: string
  /** Its users, what they do, and what goes wrong. */
  readonly scenario: Scenario
  /** What happens to single messages, in addition. */
  readonly messages?: readonly MessageChange[] | undefined
}
