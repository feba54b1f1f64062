import type { Party } from '../src/core/protocol/index.ts'

/** The room of one party, by which other nodes reach it. */
export const roomOf = ({ user, party }: Party): string => `party:${party}:${user}`
