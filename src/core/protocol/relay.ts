import * as v from 'valibot'
import { FeatureList } from './features.ts'
import { limits } from './limits.ts'
import { RandomId } from './message.ts'
import type { IncomingMessage, OutgoingMessage } from './message.ts'
import { UserName } from './user-name.ts'

/**
 * Identifies the client in the handshake of the socket. The secret proves that the name belongs to this user. Another
 * device or tab with the same secret is the same user under another party. A party has one connection; a newer one
 * replaces it.
 */
export const Claim = v.strictObject({ name: UserName, party: RandomId, secret: RandomId })
export type Claim = v.InferOutput<typeof Claim>

/**
 * What a client shows in the handshake of the socket (`auth`): its claim, and a token if the relay asks for one. The
 * token identifies the user, so the name may then be omitted. The room, a name like that of a user, selects the
 * roster that the client is in and sees. It does not limit whom the client can call.
 */
export const HandshakeAuth = v.strictObject({
  name: v.exactOptional(UserName),
  party: RandomId,
  secret: RandomId,
  room: v.exactOptional(UserName),
  token: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(limits.token))),
})
export type HandshakeAuth = v.InferOutput<typeof HandshakeAuth>

/**
 * The relay's first message: who the client is to the others, and what the relay can do beyond plain version 1. The
 * relay speaks before it knows the client, so a client ignores every key that it does not know.
 */
export const Welcome = v.object({
  user: UserName,
  party: RandomId,
  features: v.exactOptional(FeatureList),
})
export type Welcome = v.InferOutput<typeof Welcome>

/** Why a relay that authenticates its users refuses one. */
export type AuthenticationRefusalCode =
  'token-missing' | 'token-invalid' | 'token-expired' | 'not-allowed' | 'auth-unavailable'

/** Why the relay refuses a connection; `data` of the handshake's error. */
export type HandshakeRefusal = {
  readonly code:
    | 'name-taken'
    | 'name-mismatch'
    | 'too-many-parties'
    | 'invalid-name'
    | 'invalid-claim'
    | 'too-many-connections'
    | 'relay-full'
    | 'moving'
    | 'not-ready'
    | AuthenticationRefusalCode
  readonly problem: string
}

/** Why the relay ends a connection that it had accepted. */
export type Closing =
  | { readonly code: 'token-expired'; readonly problem: string }
  /** The relay is about to stop. The client leaves by itself, at a random moment of the next `withinMs`, and connects again. */
  | { readonly code: 'moving'; readonly problem: string; readonly withinMs: number }

const credential = v.exactOptional(v.string())

/**
 * ICE servers for one user (W3C WebRTC, 4.2.2), and for how many milliseconds their credentials are valid.
 * `checkIceServer` checks the URLs when a connection is made, so that a bad one does not discard the others.
 */
export const IssuedIceServers = v.object({
  iceServers: v.pipe(
    v.array(
      v.object({
        urls: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(8)),
        username: credential,
        credential,
      }),
    ),
    v.maxLength(8),
  ),
  ttlMs: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})
export type IssuedIceServers = v.InferOutput<typeof IssuedIceServers>

/** Why the relay refuses a message. */
export type RefusalCode =
  'invalid-message' | 'message-too-large' | 'unreachable' | 'too-many-messages' | 'too-many-invites'

/** The relay's answer to one message: routed to at least one party, or why not. */
export type Receipt =
  { readonly ok: true } | { readonly ok: false; readonly code: RefusalCode; readonly problem: string }

/** A user who joined or left. */
export type RosterStep = { readonly type: 'joined' | 'left'; readonly user: string }

/** A change of the roster: everybody present (on connecting), then who joined and who left, one or several at once. */
export type RosterChange =
  | { readonly type: 'all'; readonly users: readonly string[] }
  | RosterStep
  | { readonly type: 'changes'; readonly list: readonly RosterStep[] }

/** What a client may emit on its socket. */
export interface ClientToRelay {
  message: (message: OutgoingMessage, receipt: (receipt: Receipt) => void) => void
}

/** What the relay emits to a client. */
export interface RelayToClient {
  /** Once, first of all. */
  welcome: (welcome: Welcome) => void
  /** Last of all, if the relay ends the connection for a reason that the client can act on. */
  closing: (closing: Closing) => void
  /** After the welcome, and again before the credentials expire, from a relay that has TURN servers to offer. */
  'ice-servers': (issued: IssuedIceServers) => void
  roster: (change: RosterChange) => void
  message: (message: IncomingMessage) => void
}
