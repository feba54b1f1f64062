import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { expect, it, onTestFinished } from 'vitest'
import type { Authenticate } from '../../../server/access/authenticate.ts'
import { admit } from '../../../server/access/admit.ts'
import type { Directory } from '../../../server/users/directory.ts'
import { createHeldNames, type HeldNames } from '../../../server/users/held-names.ts'
import type { RelayServer, RelaySocket } from '../../../server/relay-socket.ts'
import { openSocket, randomId } from '../support/relay-fixture.ts'

type Middleware = (socket: RelaySocket, next: () => void) => void

type AnyNames = HeldNames<RelaySocket | string>

/** What admission needs of a directory. */
const directoryOf = (names: AnyNames): Pick<Directory, 'claim' | 'leave'> => ({
  claim: (claim, connection) => Promise.resolve(names.claim(claim, connection)),
  leave: (self, connection) => void names.release(self, connection),
})

/** A server that admits clients, with more middlewares before and after. */
async function admitting(
  order: (admitting: Middleware) => Middleware[],
  directory = directoryOf(createHeldNames()),
  authenticate?: Authenticate,
) {
  const server = createServer().listen(0, '127.0.0.1')
  const io: RelayServer = new Server(server)
  onTestFinished(() => io.close())
  const admitClient = admit(directory, () => {}, { authenticate })
  const decided = new Promise<string | undefined>((resolve) => {
    const decide: Middleware = (socket, next) => {
      admitClient(socket, (error) => {
        resolve(error?.data.code)
        next()
      })
    }
    for (const middleware of order(decide)) io.use(middleware)
  })
  const admitted = new Promise<RelaySocket>((resolve) => io.once('connection', resolve))
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, decided, admitted }
}

const claim = (name: string) => ({ name, party: randomId(), secret: randomId() })

it('removes the secret from the handshake, which adapters of Socket.IO pass on', async () => {
  const { url, admitted } = await admitting((admits) => [admits])
  const alice = claim('alice')
  openSocket(url, alice)
  const { data, handshake } = await admitted
  expect(data.self).toEqual({ user: 'alice', party: alice.party })
  expect(JSON.stringify(handshake)).not.toContain(alice.secret)
})

it('releases the name when the connection closes before it is ready', async () => {
  const names = createHeldNames<RelaySocket | string>()
  let conn: RelaySocket['conn'] | undefined
  const hold: Middleware = (socket) => {
    conn = socket.conn
  }
  const { url, decided } = await admitting((admits) => [admits, hold], directoryOf(names))
  openSocket(url, claim('alice'))
  expect(await decided).toBeUndefined()
  expect(names.claim(claim('alice'), 'stranger').ok).toBe(false)
  conn?.close(true)
  expect(conn?.readyState).toBe('closed')
  expect(names.claim(claim('alice'), 'stranger').ok).toBe(true)
})

it('claims no name for a closed connection', async () => {
  const names = createHeldNames<RelaySocket | string>()
  const close: Middleware = ({ conn }, next) => {
    conn.once('close', () => next())
    conn.close(true)
  }
  const { url, decided } = await admitting((admits) => [close, admits], directoryOf(names))
  openSocket(url, claim('alice'))
  expect(await decided).toBe('invalid-claim')
  expect(names.claim(claim('alice'), 'stranger').ok).toBe(true)
})

it('claims no name for a connection that closes during authentication', async () => {
  const names = createHeldNames<RelaySocket | string>()
  let conn: RelaySocket['conn'] | undefined
  const remember: Middleware = (socket, next) => {
    ;({ conn } = socket)
    next()
  }
  const { url, decided } = await admitting(
    (admits) => [remember, admits],
    directoryOf(names),
    ({ name = '' }) => {
      conn?.close(true)
      return { ok: true, user: name }
    },
  )
  openSocket(url, claim('alice'))
  expect(await decided).toBe('invalid-claim')
  expect(names.claim(claim('alice'), 'stranger').ok).toBe(true)
})

it('releases the name when the connection closes before the claim is decided', async () => {
  const names = createHeldNames<RelaySocket | string>()
  const directory = directoryOf(names)
  let decide: (() => void) | undefined
  const asked = new Promise<RelaySocket>((resolve) => {
    directory.claim = async (claim, connection) => {
      resolve(connection)
      await new Promise<void>((done) => (decide = done))
      return names.claim(claim, connection)
    }
  })
  const { url, decided } = await admitting((admits) => [admits], directory)
  openSocket(url, claim('alice'))
  const { conn } = await asked
  conn.close(true)
  decide?.()
  expect(await decided).toBe('invalid-claim')
  expect(names.claim(claim('alice'), 'stranger').ok).toBe(true)
})

it('refuses a guest of another node the name of an authenticated user, whatever secret it sends', async () => {
  const names = createHeldNames<RelaySocket | string>()
  const directory = directoryOf(names)
  const claimed: string[] = []
  const withTokens = await admitting(
    (admits) => [admits],
    {
      ...directory,
      claim(held, connection) {
        claimed.push(held.secret)
        return directory.claim(held, connection)
      },
    },
    () => ({ ok: true, user: 'alice' }),
  )
  openSocket(withTokens.url, claim('alice'))
  await withTokens.admitted

  const known = 'authenticated alice'
  const hash = createHash('sha256').update(known).digest('hex')
  for (const secret of [...claimed, known, hash.slice(0, 32), hash.slice(32)]) {
    const guests = await admitting((admits) => [admits], directory)
    openSocket(guests.url, { ...claim('alice'), secret })
    expect(await guests.decided, secret).toMatch(/^(name-taken|invalid-claim)$/)
  }
})
