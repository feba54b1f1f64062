import { nameProblem } from '../../src/core/protocol/index.ts'

/**
 * Why a name cannot be claimed; undefined if it can. This is stricter than what clients check. Nobody knows yet what
 * unassigned characters of Unicode will look like. Clients with different versions of Unicode disagree on which these
 * are.
 */
export const claimableNameProblem = (name: unknown): string | undefined =>
  nameProblem(name) ??
  (/\p{Cn}/u.test(String(name)) ? 'expected no characters that Unicode has not assigned' : undefined)
