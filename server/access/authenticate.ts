import type { IncomingHttpHeaders } from 'node:http'
import type { AuthenticationRefusalCode } from '../../src/core/protocol/index.ts'
import { claimableNameProblem } from '../users/claimable-name.ts'

/** What is known of a client that wants to connect. */
export interface Handshake {
  /** The token that the client sent. It is not checked yet. */
  readonly token: string | undefined
  /** The name that the client claims, if any. */
  readonly name: string | undefined
  /** The headers of the request, such as cookies. */
  readonly headers: IncomingHttpHeaders
  /** The address that the client connects from. */
  readonly address: string
}

/** Who the client is, or why it is refused. */
export type Authentication =
  | {
      readonly ok: true
      /** The name that others call the user by; see {@link UserName} for what a name is. */
      readonly user: string
      /** When this expires, in milliseconds since 1970. By default it lasts as long as the connection. */
      readonly expiresAt?: number
    }
  | { readonly ok: false; readonly code: AuthenticationRefusalCode; readonly problem: string }

/**
 * Decides who a client is, each time that one connects. If it throws, the error is logged and the client is refused with
 * `auth-unavailable`, so that it tries again later.
 */
export type Authenticate = (handshake: Handshake) => Authentication | PromiseLike<Authentication>

type Refusal = {
  readonly ok: false
  readonly code: AuthenticationRefusalCode | 'name-mismatch' | 'invalid-name'
  readonly problem: string
}

/** How long the check may take, in milliseconds. A client waits 10 s for its welcome. */
const CHECK_MS = 8000

const unavailable: Refusal = {
  ok: false,
  code: 'auth-unavailable',
  problem: 'the relay cannot check at the moment who you are; try again later',
}

/**
 * Calls `authenticate` and checks its result. The user must have a valid name, which is the one that the client claims,
 * if any. It must not have expired. Never rejects. Passes what was thrown to `failed`.
 */
export async function identify(
  authenticate: Authenticate,
  handshake: Handshake,
  failed: (thrown: unknown) => void,
): Promise<Extract<Authentication, { ok: true }> | Refusal> {
  const identity = await withinTime(async () => authenticate(handshake)).catch((thrown: unknown) => {
    failed(thrown)
    return unavailable
  })
  if (!identity.ok) return identity
  const wrongName = claimableNameProblem(identity.user)
  if (wrongName !== undefined)
    return {
      ok: false,
      code: 'invalid-name',
      problem: `the name of the authenticated user cannot be a name here: ${wrongName}; see the documentation for what can`,
    }
  if (handshake.name !== undefined && handshake.name !== identity.user)
    return {
      ok: false,
      code: 'name-mismatch',
      problem: 'the token belongs to another user; claim no name, or the one that the token is for',
    }
  if (identity.expiresAt !== undefined && identity.expiresAt <= Date.now())
    return { ok: false, code: 'token-expired', problem: 'the token has expired; connect with a fresh one' }
  return identity
}

async function withinTime<T>(check: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`authenticate took more than ${CHECK_MS} ms`)), CHECK_MS)
  })
  try {
    return await Promise.race([check(), late])
  } finally {
    clearTimeout(timer)
  }
}
