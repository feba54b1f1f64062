import { createHmac } from 'node:crypto'
import { checkIceServer, isTurnUrl, type IssuedIceServers } from '../../src/core/protocol/index.ts'
import { MAX_TIMEOUT_MS } from '../max-timeout.ts'
import type { RelaySocket } from '../relay-socket.ts'

/** TURN servers that share a secret with the relay: `use-auth-secret` and `static-auth-secret` of coturn. */
export interface TurnOptions {
  /** Such as `turn:turn.example.org?transport=udp` (RFC 7065). */
  readonly urls: readonly string[]
  readonly secret: string
  /**
   * Seconds for which credentials are valid; an hour by default, and never longer than the user's token. New ones are issued after half
   * of that time.
   */
  readonly ttlSeconds?: number
}

/** Seconds for which credentials are valid by default. */
const TTL_SECONDS = 3600

/** The longest part of a user's name in a TURN username, which may have 508 bytes (RFC 8489, 14.3). */
const MAX_NAME = 400

/**
 * Credentials of the "REST API for access to TURN services" (draft-uberti-behave-turn-rest-00). The username contains the expiry and the
 * user, and the password authenticates it with the shared secret. So the TURN server needs no contact with the relay.
 *
 * @param now Milliseconds since 1970.
 * @param until Milliseconds since 1970 when the user's authentication expires, and the credentials with it.
 */
export function turnCredentials(
  { urls, secret, ttlSeconds = TTL_SECONDS }: TurnOptions,
  user: string,
  now: number,
  until = Infinity,
): IssuedIceServers {
  const ttlMs = Math.max(0, Math.min(ttlSeconds * 1000, until - now))
  // Encoded, because a colon separates the parts and TURN normalizes strings in its own way.
  const name = encodeURIComponent(user).slice(0, MAX_NAME)
  const username = `${Math.min(Math.ceil((now + ttlMs) / 1000), Math.floor(until / 1000))}:${name}`
  const credential = createHmac('sha1', secret).update(username).digest('base64')
  return { iceServers: [{ urls: [...urls], username, credential }], ttlMs: Math.floor(ttlMs) }
}

/**
 * Sends credentials to the client of `socket` now, and again whenever half of their time is over. Stops when they expire with the
 * user's token, because the connection ends then, too.
 */
export function issueTurnCredentials(socket: RelaySocket, options: TurnOptions): void {
  const { self, expiresAt = Infinity } = socket.data
  const ttlMs = (options.ttlSeconds ?? TTL_SECONDS) * 1000
  const issue = () => {
    const now = Date.now()
    socket.emit('ice-servers', turnCredentials(options, self.user, now, expiresAt))
    if (expiresAt <= now + ttlMs) clearInterval(timer)
  }
  const timer = setInterval(issue, Math.min(MAX_TIMEOUT_MS, ttlMs / 2))
  socket.once('disconnect', () => clearInterval(timer))
  issue()
}

/** How many URLs of one server clients accept. */
const MAX_URLS = 8

/** @throws TypeError for URLs that are not TURN or that browsers cannot use, an empty secret, and an invalid time. */
export function checkTurnOptions({ urls, secret, ttlSeconds = TTL_SECONDS }: TurnOptions): void {
  const example = 'turn:turn.example.org?transport=udp'
  if (urls.length === 0 || urls.length > MAX_URLS)
    throw new TypeError(`there are ${urls.length} TURN servers; give 1 to ${MAX_URLS}, such as ${example}`)
  const [problem] = checkIceServer({ urls, username: 'any', credential: 'any' }).problems
  if (problem !== undefined)
    throw new TypeError(`no TURN server can be at ${problem}; give one such as ${example}`)
  const wrong = urls.find((url) => !isTurnUrl(url))
  if (wrong !== undefined) throw new TypeError(`${wrong} is not a TURN server; give one such as ${example}`)
  if (secret === '') throw new TypeError('TURN servers need the secret that they share with the relay')
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1)
    throw new TypeError(
      `TURN credentials cannot be good for ${ttlSeconds} seconds; give a whole number from 1`,
    )
}
