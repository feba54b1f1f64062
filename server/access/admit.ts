import {
  HandshakeAuth,
  limits,
  parse,
  type Claim,
  type HandshakeRefusal,
} from '../../src/core/protocol/index.ts'
import { identify, type Authenticate } from './authenticate.ts'
import { claimableNameProblem } from '../users/claimable-name.ts'
import type { ClaimResult, Directory } from '../users/directory.ts'
import type { Log } from '../observing/log.ts'
import { MAX_PARTIES } from '../users/held-names.ts'
import type { RelaySocket } from '../relay-socket.ts'

const A_NAME = `a name is one line of 1 to ${limits.name} characters, at least one of them visible, without control, private-use or blank characters and without a space at either end`
const A_CLAIM =
  'a claim is { name, party, secret }, with a token if the relay asks for one, and a room if there are several; party and secret are 32 lower-case hexadecimal digits each'

const REFUSED = {
  'name-taken': 'another client holds this name',
  'too-many-parties': `at most ${MAX_PARTIES} parties of one user are connected at once`,
  'not-ready': 'this relay does not know yet who holds which name; try again later',
} as const

/**
 * Refuses an authenticated user their own name. Only another user's name can be the cause, because all clients of one
 * user have the same secret.
 */
const LOOKS_THE_SAME =
  'a user whose name looks the same is connected; give out names that differ by more than case, spaces, spellings of Unicode and characters that look alike'

/** Refuses a guest a name that is free. */
const LOOKS_LIKE_ANOTHER = 'another client holds a name that looks the same'

function whyNotClaimed({ code, alike }: Extract<ClaimResult, { ok: false }>, authenticated: boolean): string {
  if (code !== 'name-taken') return REFUSED[code]
  if (authenticated) return LOOKS_THE_SAME
  return alike ? LOOKS_LIKE_ANOTHER : REFUSED[code]
}

export interface AdmitOptions {
  readonly authenticate?: Authenticate | undefined
}

type Admitted = (error?: Error & { data: HandshakeRefusal }) => void

/**
 * The middleware that admits a connection. It checks the claim in the handshake, claims the name, and stores who the connection speaks
 * for. Refuses with an error whose `data` is a HandshakeRefusal. Releases the name when the transport closes, even if the connection
 * was never admitted.
 *
 * With `authenticate`, its result is the user, and the secret of the claim is ignored. Without it, the user is the one that the claim
 * names.
 */
export function admit(
  directory: Pick<Directory, 'claim' | 'leave'>,
  log: Log,
  { authenticate }: AdmitOptions = {},
) {
  const claiming = new WeakSet<RelaySocket['conn']>()

  return (socket: RelaySocket, done: Admitted): void => {
    const { conn, handshake } = socket
    const auth: unknown = handshake.auth
    // Other parts of Socket.IO, such as adapters, pass the handshake on, so it must contain neither secret nor token.
    handshake.auth = {}

    const refuse = (code: HandshakeRefusal['code'], problem: string) => {
      done(Object.assign(new Error(problem), { data: { code, problem } }))
    }

    const isClosed = () => conn.readyState !== 'open'
    const enter = async (claim: Claim, room = '', expiresAt?: number): Promise<void> => {
      if (isClosed()) {
        refuse('invalid-claim', 'the connection is closed')
        return
      }
      socket.data.room = room
      const claimed = await directory.claim(claim, socket)
      if (!claimed.ok) {
        refuse(claimed.code, whyNotClaimed(claimed, authenticate !== undefined))
        return
      }
      const { self } = claimed
      if (isClosed()) {
        directory.leave(self, socket)
        refuse('invalid-claim', 'the connection is closed')
        return
      }
      socket.data.self = self
      leaveOnClose(socket, directory)
      if (expiresAt !== undefined) socket.data.expiresAt = expiresAt
      done()
    }

    const shown = parse(HandshakeAuth, auth)
    const wrongName = problemOfName(auth, shown.ok)
    if (wrongName !== undefined) return refuse('invalid-name', wrongName)
    if (!shown.ok) return refuse('invalid-claim', A_CLAIM)
    if (conn.readyState !== 'open' || claiming.has(conn))
      return refuse('invalid-claim', 'one open connection makes one claim')
    claiming.add(conn)

    const { name, party, secret, token, room } = shown.value
    if (authenticate === undefined)
      return name === undefined ? refuse('invalid-name', A_NAME) : void enter({ name, party, secret }, room)

    const { headers } = handshake
    const { address } = socket.data
    const failed = (thrown: unknown) => log({ event: 'failed', what: 'authentication', error: thrown })
    void identify(authenticate, { token, name, headers, address }, failed).then((identity) =>
      identity.ok
        ? enter({ name: identity.user, party, secret: sharedSecret(identity.user) }, room, identity.expiresAt)
        : refuse(identity.code, identity.problem),
    )
  }
}

/** A separate function, because its closure lives as long as the connection and would retain everything in scope. */
function leaveOnClose(socket: RelaySocket, directory: Pick<Directory, 'leave'>): void {
  socket.conn.on('close', () => directory.leave(socket.data.self, socket))
}

/**
 * The secret of every connection of an authenticated user, whatever secrets their clients made. Anybody can know it, but no guest can
 * use it, not even on another node: a client's secret is 32 digits ({@link HandshakeAuth}), and this never is.
 */
const sharedSecret = (user: string) => `authenticated ${user}`

/**
 * What is wrong with the name in a claim; undefined if nothing is. A claim may have no name, because a token may say who the user is.
 */
function problemOfName(auth: unknown, isClaim: boolean): string | undefined {
  if (typeof auth !== 'object' || auth === null) return A_NAME
  if (!('name' in auth)) return isClaim || 'token' in auth ? undefined : A_NAME
  const problem = claimableNameProblem(auth.name)
  return problem === undefined ? undefined : `this name cannot be used: ${problem}; ${A_NAME}`
}
