import { incomingInvites } from '../call/setup/incoming-invite.ts'
import { strayMessages } from '../call/setup/stray-messages.ts'
import { userActions } from '../call/setup/user-actions.ts'
import { callStages } from '../call/stages.ts'
import { given, type Overrides } from '../overrides.ts'
import { transport } from '../transport/transport.ts'

/** The stages of a client, by the names under which you can replace them: those that always run, and those of a call. */
export const defaultStages = { transport, userActions, strayMessages, incomingInvites, ...callStages }
export type Stages = typeof defaultStages

/**
 * Replaces default stages with those of `overrides`. Throws a TypeError if a name is unknown, or if a stage is not a
 * function.
 */
export function completeStages(overrides: Overrides<Stages> = {}): Stages {
  const replacements = given(overrides)
  for (const [name, stage] of Object.entries(replacements)) {
    if (!Object.hasOwn(defaultStages, name))
      throw new TypeError(
        `unknown stage: stages.${name}; the stages are ${Object.keys(defaultStages).join(', ')}`,
      )
    if (typeof stage !== 'function')
      throw new TypeError(`stages.${name} is ${typeof stage}: expected a function`)
  }
  return { ...defaultStages, ...replacements }
}
