import { createHash, timingSafeEqual } from 'node:crypto'
import type { Claim } from '../src/core/protocol/index.ts'

/** Who holds which name. A name is held by every connection that proved the same secret, and free after the last one. */
export interface Names<Connection> {
  /** Lets `connection` hold the claimed name. False if another secret holds it. */
  claim(claim: Claim, connection: Connection): boolean
  /** The connections that took the name before `connection` did and still hold it. */
  earlier(name: string, connection: Connection): readonly Connection[]
  /** Gives the name back; without effect if `connection` does not hold it. */
  release(name: string, connection: Connection): void
}

/**
 * What two names share if people would take one for the other: spelling variants of Unicode (NFKC), upper and lower
 * case and runs of spaces count as the same. Only one of them can be held at a time.
 */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toUpperCase().normalize('NFKC').replace(/\s+/gu, ' ')
}

export function createNames<Connection>(): Names<Connection> {
  const held = new Map<string, { readonly proof: Buffer; readonly holders: Set<Connection> }>()

  return {
    claim({ name, secret }, connection) {
      const key = nameKey(name)
      const proof = createHash('sha256').update(secret).digest()
      const entry = held.get(key)
      if (entry === undefined) {
        held.set(key, { proof, holders: new Set([connection]) })
        return true
      }
      if (!timingSafeEqual(entry.proof, proof)) return false
      entry.holders.add(connection)
      return true
    },

    earlier(name, connection) {
      const holders = [...(held.get(nameKey(name))?.holders ?? [])]
      return holders.slice(0, Math.max(0, holders.indexOf(connection)))
    },

    release(name, connection) {
      const key = nameKey(name)
      const entry = held.get(key)
      if (entry?.holders.delete(connection) && entry.holders.size === 0) held.delete(key)
    },
  }
}
