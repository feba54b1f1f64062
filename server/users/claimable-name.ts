import { nameProblem } from '../../src/core/protocol/index.ts'

/**
 * Why nobody can claim a name, in words; undefined if somebody can. Stricter than what clients check: nobody knows yet what characters
 * look like that Unicode has not assigned, and clients of different ages disagree on which these are.
 */
export const claimableNameProblem = (name: unknown): string | undefined =>
  nameProblem(name) ??
  (/\p{Cn}/u.test(String(name)) ? 'expected no characters that Unicode has not assigned' : undefined)
