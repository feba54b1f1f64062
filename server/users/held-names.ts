import { createHash, timingSafeEqual } from 'node:crypto'
import { nameKey, type Claim, type Party } from '../../src/core/protocol/index.ts'
import type { ClaimResult } from './directory.ts'
import { createLookAlikes } from './look-alikes.ts'

/** Parties of one user that may be connected at once. A message to the user is sent to each of them. */
export const MAX_PARTIES = 16

/**
 * Knows who holds which name. Every connection that proved the same secret holds it, until the last one releases it.
 */
export interface HeldNames<Connection> {
  /**
   * Claims the name for `connection`. Fails if another secret holds it, or if {@link MAX_PARTIES} other parties do.
   * Also fails if a different name that looks the same is held. While a name is held, it keeps the spelling of its
   * first connection.
   */
  claim(claim: Claim, connection: Connection): ClaimResult
  /** The connections of the same party that claimed the name before `connection` did and still hold it. */
  earlier(self: Party, connection: Connection): readonly Connection[]
  /** The connections that hold a name, all of them or those of one party. */
  holders(name: string, party?: string): readonly Connection[]
  /**
   * Releases the name. Has no effect if `connection` does not hold it. True if it was the last connection by which its party held
   * the name.
   */
  release(self: Party, connection: Connection): boolean
}

/** The hash of a secret. It proves that the same secret was shown again, and does not reveal it. */
export const proofOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

interface Held<Connection> {
  readonly user: string
  readonly proof: string
  /** The party of each connection, in the order of their claims. */
  readonly holders: Map<Connection, string>
}

export function createHeldNames<Connection>(): HeldNames<Connection> {
  const held = new Map<string, Held<Connection>>()
  const lookAlikes = createLookAlikes()

  return {
    claim({ name, party, secret }, connection) {
      const key = nameKey(name)
      const proof = proofOf(secret)
      const known = held.get(key)
      if (known === undefined && lookAlikes.has(name)) return { ok: false, code: 'name-taken', alike: true }
      const entry = known ?? { user: name, proof, holders: new Map<Connection, string>() }
      if (!timingSafeEqual(Buffer.from(entry.proof), Buffer.from(proof)))
        return { ok: false, code: 'name-taken' }
      const parties = new Set(entry.holders.values()).add(party)
      if (parties.size > MAX_PARTIES) return { ok: false, code: 'too-many-parties' }
      entry.holders.set(connection, party)
      if (known === undefined) lookAlikes.add(entry.user)
      held.set(key, entry)
      return { ok: true, self: { user: entry.user, party } }
    },

    earlier({ user, party }, connection) {
      const holders = [...(held.get(nameKey(user))?.holders ?? [])]
      const own = holders.findIndex(([holder]) => holder === connection)
      return holders.slice(0, Math.max(0, own)).flatMap(([holder, of]) => (of === party ? [holder] : []))
    },

    holders(name, party) {
      const holders = [...(held.get(nameKey(name))?.holders ?? [])]
      return holders.flatMap(([holder, of]) => (party === undefined || of === party ? [holder] : []))
    },

    release({ user, party }, connection) {
      const key = nameKey(user)
      const entry = held.get(key)
      if (entry?.holders.delete(connection) !== true) return false
      if (entry.holders.size === 0) {
        held.delete(key)
        lookAlikes.remove(entry.user)
      }
      return ![...entry.holders.values()].includes(party)
    },
  }
}
