import { createHmac } from 'node:crypto'
import { checkIceServer, isTurnUrl, type IssuedIceServers } from '../../src/core/protocol/index.ts'
import { LONGEST_TIMER } from './token-expiry.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** TURN servers that share a secret with the relay: `use-auth-secret` and `static-auth-secret` of coturn. */
export interface TurnOptions {
  /** Such as `turn:turn.example.org?transport=udp` (RFC 7065). */
  readonly urls: readonly string[]
  readonly secret: string
  /**
   * Seconds for which credentials are good; an hour by default, and never longer than the user's token. They are issued anew after half
   * of that.
   */
  readonly ttlSeconds?: number
}

/** For how long credentials are good, by default. */
const TTL_SECONDS = 3600

/** The longest part of a user's name in a TURN username, which may have 508 bytes (RFC 8489, 14.3). */
const MAX_NAME = 400

/**
 * Credentials of the "REST API for access to TURN services" (draft-uberti-behave-turn-rest-00): the username says when they
 * expire and who uses them, the password proves that whoever has the secret said so. The server needs to be told nothing.
 *
 * @param now milliseconds since 1970
 * @param until the same, when the user's own right ends; the credentials end with it
 */
export function turnCredentials(
  { urls, secret, ttlSeconds = TTL_SECONDS }: TurnOptions,
  user: string,
  now: number,
  until = Infinity,
): IssuedIceServers {
  const ttlMs = Math.max(0, Math.min(ttlSeconds * 1000, until - now))
  // The colon separates, and TURN prepares strings in its own way: so the name is plain text in its simplest form.
  const name = encodeURIComponent(user).slice(0, MAX_NAME)
  const username = `${Math.min(Math.ceil((now + ttlMs) / 1000), Math.floor(until / 1000))}:${name}`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { iceServers: [{ urls: [...urls], username, credential }], ttlMs: Math.floor(ttlMs) }
}

/**
 * Tells the client of `socket` its credentials now, and again whenever half of their time is over, until they end with the user's
 * token: the connection ends then as well, and the next one has others.
 */
export function issueTurn(socket: RelaySocket, options: TurnOptions): void {
  const { self, expiresAt = Infinity } = socket.data
  const ttlMs = (options.ttlSeconds ?? TTL_SECONDS) * 1000
  const issue = () => {
    const now = Date.now()
    socket.emit('ice-servers', turnCredentials(options, self.user, now, expiresAt))
    if (expiresAt <= now + ttlMs) clearInterval(timer)
  }
  const timer = setInterval(issue, Math.min(LONGEST_TIMER, ttlMs / 2))
  socket.once('disconnect', () => clearInterval(timer))
  issue()
}

/** How many URLs clients take of one server. */
const MAX_URLS = 8

/** @throws TypeError for URLs that browsers cannot use or that are of anything but TURN, no secret, and a time that is no time. */
export function checkTurn({ urls, secret, ttlSeconds = TTL_SECONDS }: TurnOptions): void {
  const example = 'turn:turn.example.org?transport=udp'
  if (urls.length === 0 || urls.length > MAX_URLS)
    throw new TypeError(
      `${urls.length} is no number of TURN servers; give 1 to ${MAX_URLS}, such as ${example}`,
    )
  const [problem] = checkIceServer({ urls, username: 'any', credential: 'any' }).problems
  if (problem !== undefined)
    throw new TypeError(`no TURN server can be at ${problem}; give one such as ${example}`)
  const wrong = urls.find((url) => !isTurnUrl(url))
  if (wrong !== undefined) throw new TypeError(`${wrong} is no TURN server; give one such as ${example}`)
  if (secret === '') throw new TypeError('TURN servers need the secret that they share with the relay')
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1)
    throw new TypeError(
      `TURN credentials cannot be good for ${ttlSeconds} seconds; give a whole number from 1`,
    )
}
