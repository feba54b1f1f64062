import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose'
import type { Authenticate, Authentication } from './authenticate.ts'

export interface JwtOptions {
  /** The secret that tokens are signed with, by HS256: at least 32 bytes (RFC 7518, 3.2). */
  readonly secret?: string
  /** The URL of the issuer's public keys (RFC 7517). They are fetched when needed, and cached. */
  readonly jwksUrl?: string
  /** The `iss` that a token must have. */
  readonly issuer?: string
  /** The `aud` that a token must have, or that must be among its audiences. */
  readonly audience?: string
}

/**
 * The algorithms that may sign a token. The relay decides, never the token: a secret accepts no token of a public key, and vice
 * versa. `none` is in neither list (RFC 8725, 3.1).
 */
const ALGORITHMS = { secret: ['HS256'], jwks: ['RS256', 'PS256', 'ES256', 'EdDSA'] }

/** Seconds by which the clocks of the issuer and of the relay may differ. */
const CLOCK_TOLERANCE = 5

const MIN_SECRET_BYTES = 32

/**
 * Authenticates by JSON Web Tokens (RFC 7519). The user is the token's subject (`sub`), for as long as the token is valid. A token
 * without `sub` or `exp` is refused.
 *
 * @throws TypeError for neither or both of `secret` and `jwksUrl`, and for a secret that is too short.
 *
 * @example
 * createRelay({ port: 3000, authenticate: jwtAuthentication({ secret }) })
 */
export function jwtAuthentication({ secret, jwksUrl, issuer, audience }: JwtOptions): Authenticate {
  if ((secret === undefined) === (jwksUrl === undefined))
    throw new TypeError('JSON Web Tokens need either a secret or the URL of the keys (JWKS), and not both')
  if (secret !== undefined && Buffer.byteLength(secret) < MIN_SECRET_BYTES)
    throw new TypeError(`the secret of JSON Web Tokens needs at least ${MIN_SECRET_BYTES} bytes`)
  if (jwksUrl !== undefined && !(URL.canParse(jwksUrl) && /^https?:/.test(jwksUrl)))
    throw new TypeError(`${jwksUrl} is not a URL of keys; give one such as https://example.org/jwks.json`)

  const options: JWTVerifyOptions = {
    algorithms: secret === undefined ? ALGORITHMS.jwks : ALGORITHMS.secret,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  }
  const keys = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl))
  const key: JWTVerifyGetKey = keys ?? (() => new TextEncoder().encode(secret))

  return async ({ token }): Promise<Authentication> => {
    if (token === undefined)
      return { ok: false, code: 'token-missing', problem: 'this relay asks for a token; pass one as `token`' }
    try {
      const { payload } = await jwtVerify(token, key, options)
      const { sub = '', exp = 0 } = payload
      return { ok: true, user: sub, expiresAt: (exp + CLOCK_TOLERANCE) * 1000 }
    } catch (thrown) {
      return refused(thrown)
    }
  }
}

/** The errors of jose that are the fault of the keys: they cannot be fetched, or are invalid. */
const FAULTS_OF_KEYS: ReadonlySet<string> = new Set([
  errors.JOSEError.code,
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
])

/** The refusal of an invalid token. Rethrows an error that is not the token's fault. */
function refused(thrown: unknown): Authentication {
  if (!(thrown instanceof errors.JOSEError) || FAULTS_OF_KEYS.has(thrown.code)) throw thrown
  if (thrown instanceof errors.JWTExpired)
    return { ok: false, code: 'token-expired', problem: 'the token has expired; connect with a fresh one' }
  // jose's messages name the claim or the algorithm, never the token.
  return { ok: false, code: 'token-invalid', problem: `the token is not valid: ${thrown.message}` }
}
