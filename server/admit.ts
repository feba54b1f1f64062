import { Claim, limits, parse, UserName, type HandshakeRefusal } from '../src/core/protocol/index.ts'
import { watchBacklog } from './backlog.ts'
import { MAX_PARTIES, type Names } from './names.ts'
import type { RelaySocket } from './relay-socket.ts'

const A_NAME = `a name is one line of 1 to ${limits.name} characters, without control characters and without a space at either end`
const A_CLAIM =
  'a claim is { name, party, secret }; party and secret are 32 lower-case hexadecimal digits each'

const REFUSED = {
  'name-taken': 'another client holds this name',
  'too-many-parties': `at most ${MAX_PARTIES} parties of one user are connected at once`,
} as const

type Admitted = (error?: Error & { data: HandshakeRefusal }) => void

/**
 * The middleware that a connection has to pass: it checks the claim in the handshake, reserves the name and notes who the
 * connection speaks for. Refuses with an error whose `data` is a HandshakeRefusal. The name is given back when the
 * transport closes, even if the connection never comes about.
 */
export function admit(names: Pick<Names<RelaySocket>, 'claim' | 'release'>, log: (line: string) => void) {
  const claiming = new WeakSet<RelaySocket['conn']>()

  return (socket: RelaySocket, done: Admitted): void => {
    const { conn, handshake } = socket
    const auth: unknown = handshake.auth
    // Other parts of Socket.IO, such as adapters, hand the handshake on: the secret must not be in it.
    handshake.auth = {}

    const refuse = (code: HandshakeRefusal['code'], problem: string) => {
      log(`refused a connection: ${code}`)
      done(Object.assign(new Error(problem), { data: { code, problem } }))
    }

    const claim = parse(Claim, auth)
    if (!claim.ok)
      return hasValidName(auth) ? refuse('invalid-claim', A_CLAIM) : refuse('invalid-name', A_NAME)
    if (conn.readyState !== 'open' || claiming.has(conn))
      return refuse('invalid-claim', 'one open connection makes one claim')

    const claimed = names.claim(claim.value, socket)
    if (!claimed.ok) return refuse(claimed.code, REFUSED[claimed.code])
    const { self } = claimed
    claiming.add(conn)
    conn.once('close', () => names.release(self.user, socket))
    socket.data.self = self
    socket.data.backlog = watchBacklog(conn)
    done()
  }
}

const hasValidName = (auth: unknown) =>
  typeof auth === 'object' && auth !== null && 'name' in auth && parse(UserName, auth.name).ok
