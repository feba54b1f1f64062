import { createHmac } from 'node:crypto'
import type { IssuedIceServers } from '../src/core/protocol/index.ts'
import { LONGEST_TIMER } from './expire.ts'
import type { RelaySocket } from './relay-socket.ts'

/** TURN servers that share a secret with the relay: `use-auth-secret` and `static-auth-secret` of coturn. */
export interface TurnOptions {
  /** Such as `turn:turn.example.org?transport=udp` (RFC 7065). */
  readonly urls: readonly string[]
  readonly secret: string
  /** Seconds for which credentials are good; an hour by default. They are issued anew after half of that. */
  readonly ttlSeconds?: number
}

/** The longest part of a user's name in a TURN username, which may have 508 bytes (RFC 8489, 14.3). */
const MAX_NAME = 400

/**
 * Credentials of the "REST API for access to TURN services" (draft-uberti-behave-turn-rest-00): the username says when they
 * expire and who uses them, the password proves that whoever has the secret said so. The server needs to be told nothing.
 *
 * @param now milliseconds since 1970
 */
export function turnCredentials(
  { urls, secret, ttlSeconds = 3600 }: TurnOptions,
  user: string,
  now: number,
): IssuedIceServers {
  // The colon separates, and TURN prepares strings in its own way: so the name is plain text in its simplest form.
  const name = encodeURIComponent(Buffer.from(user).toString()).slice(0, MAX_NAME)
  const username = `${Math.ceil(now / 1000) + ttlSeconds}:${name}`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { iceServers: [{ urls: [...urls], username, credential }], ttlMs: ttlSeconds * 1000 }
}

/** Tells the client of `socket` its credentials now, and again whenever half of their time is over. */
export function issueTurn(socket: RelaySocket, options: TurnOptions): void {
  const issue = () => {
    const { user } = socket.data.self
    socket.emit('ice-servers', turnCredentials(options, user, Date.now()))
  }
  issue()
  const halfLife = Math.min(LONGEST_TIMER, (options.ttlSeconds ?? 3600) * 500)
  const timer = setInterval(issue, halfLife)
  socket.once('disconnect', () => clearInterval(timer))
}

/** @throws TypeError for URLs of anything but TURN, no secret, and a time that is no time. */
export function checkTurn({ urls, secret, ttlSeconds = 3600 }: TurnOptions): void {
  const wrong = urls.find((url) => !/^turns?:[^\s/]+$/i.test(url))
  if (wrong !== undefined || urls.length === 0)
    throw new TypeError(
      `${wrong ?? 'nothing'} is no TURN server; give one such as turn:turn.example.org?transport=udp`,
    )
  if (secret === '') throw new TypeError('TURN servers need the secret that they share with the relay')
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1)
    throw new TypeError(
      `TURN credentials cannot be good for ${ttlSeconds} seconds; give a whole number from 1`,
    )
}
