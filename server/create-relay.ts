import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { admit } from './admit.ts'
import type { HandshakeRefusal } from '../src/core/protocol/index.ts'
import { allowOrigin, type Origins } from './allow-origin.ts'
import type { Authenticate } from './authenticate.ts'
import { attachRelay, RELAY_PATH, type SharedServer } from './attach-relay.ts'
import { connectionLimits, type ConnectionLimits } from './connection-limits.ts'
import { disconnectAt, LONGEST_TIMER } from './expire.ts'
import { boundGoodbye } from './goodbye.ts'
import { memoryLimiter, type CreateLimiter } from './limiter.ts'
import { messageLimits, type CountMessage } from './message-limits.ts'
import { createNames } from './names.ts'
import { createPresence } from './presence.ts'
import type { Rate } from './rate-limit.ts'
import { receiveMessages } from './receive-messages.ts'
import { defaultLimits, type RelayLimits } from './relay-limits.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import { roomsOf } from './rooms.ts'
import { addSecurityHeaders, serveDemo } from './serve-demo.ts'
import { checkTurn, issueTurn, type TurnOptions } from './turn.ts'

export interface RelayOptions {
  /** The port to listen on; 3000 by default, 0 for any free one. */
  readonly port?: number
  /** The address to listen on; `localhost` by default, `0.0.0.0` to be reachable from other machines. */
  readonly host?: string
  /** A folder of files to serve, such as the built demo. Not served by an attached relay. */
  readonly demo?: string
  /** Pages of which origins may connect, beside the relay's own. None by default. */
  readonly origins?: Origins
  /**
   * Says who a client is, by its token for example; see {@link jwtAuthentication}. Without it, users are guests: whoever
   * claims a name that is free has it.
   */
  readonly authenticate?: Authenticate
  /** TURN servers, for which clients get credentials of their own. None by default. */
  readonly turn?: TurnOptions
  /** How many messages one connection may send; by default 200 at once and 50 a second. */
  readonly rate?: Rate
  /** What it takes at the most; what is left out has its default. */
  readonly limits?: Partial<RelayLimits>
  /** Makes the counters of what users and addresses may do: in the memory of this process by default. */
  readonly limiter?: CreateLimiter
  /**
   * How many proxies stand in front of the relay, each of which adds to `X-Forwarded-For`; none by default. With too few,
   * all clients count as one address; with too many, a client can choose its own.
   */
  readonly trustedProxies?: number
  /** Takes a line of text about a connection that came, went or was refused. It holds no secret. */
  readonly log?: (line: string) => void
}

/** A relay. It either listens by itself or is attached to a server. */
export interface Relay {
  /**
   * Opens a server of its own. Resolves once it can be reached, with its URL for a browser on this machine. Rejects with
   * Node's error where the port or the host cannot be had (`code` EADDRINUSE, for example).
   */
  listen(): Promise<{ readonly url: string; readonly port: number }>
  /** Answers on the path `/socket.io/` of a server that somebody else runs, and leaves the rest of it alone. */
  attach(server: SharedServer): void
  /**
   * Closes every connection and its own server, and detaches from a server that is not its own. Resolves once all is
   * released. Clients take it for a lost connection, and try to reconnect.
   */
  close(): Promise<void>
}

/** Milliseconds for one request to arrive. */
const REQUEST_MS = 30_000
/** Milliseconds between two looks for requests that do not. */
const CHECK_MS = 1000

/**
 * A relay for signaling messages: it knows who is connected under which name, checks and stamps every message, and hands
 * it to the addressee alone. It does nothing until `listen` or `attach`.
 *
 * @example
 * const relay = createRelay({ port: 3000 })
 * const { url } = await relay.listen()
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const { port = 3000, host = 'localhost', demo, origins = [], authenticate, turn, log = () => {} } = options
  const { rate = { burst: 200, perSecond: 50 }, limiter = memoryLimiter, trustedProxies = 0 } = options
  const limits: RelayLimits = { ...defaultLimits, ...options.limits }
  // A longer one would count as none.
  const handshakeMs = Math.min(limits.handshakeMs, LONGEST_TIMER)
  const failed = (thrown: unknown) => log(`a limit could not be counted: ${String(thrown)}`)
  if (turn) checkTurn(turn)
  let release: (() => Promise<void>) | undefined

  const open = (server: SharedServer, shared: boolean): (() => Promise<void>) => {
    const guard = connectionLimits(limits, trustedProxies, limiter, failed)
    const io: RelayServer = new Server({
      path: RELAY_PATH,
      serveClient: false,
      // Below it, a message that is too large is refused with a code.
      maxHttpBufferSize: limits.packetBytes,
      connectTimeout: handshakeMs,
      // A client that vanished without a word gives its name back after 10 s at the most. The price: one small packet
      // each way every 5 s, and a network that stalls for longer costs a reconnection.
      pingInterval: 5000,
      pingTimeout: 5000,
      allowRequest: (request, answer) => {
        const refusal = !allowOrigin(request, origins)
          ? 'origin not allowed'
          : guard.mayOpen(request)
            ? null
            : 'too many connections'
        if (refusal !== null) log(`refused a connection: ${refusal}`)
        answer(refusal, refusal === null)
      },
      ...(origins.length > 0 && { cors: { origin: origins === '*' ? '*' : [...origins] } }),
    })
    const detach = attachRelay(io, server, shared)
    io.engine.on('headers', addSecurityHeaders)
    io.engine.on('connection', guard.opened)
    io.engine.on('connection', boundGoodbye)
    const count = messageLimits(limits, limiter, failed)
    const stop = serveClients(io, { rate, log, authenticate, limits, guard, count, turn })
    return () => {
      stop()
      return detach()
    }
  }

  const mustBeUnused = () => {
    if (release) throw new Error('a relay listens or is attached once; close it first or create another one')
  }

  const close = async () => {
    const releaseNow = release
    release = undefined
    await releaseNow?.()
  }

  return {
    async listen() {
      mustBeUnused()
      const server = createServer(
        {
          headersTimeout: handshakeMs,
          requestTimeout: Math.max(handshakeMs, REQUEST_MS),
          connectionsCheckingInterval: Math.min(handshakeMs, CHECK_MS),
        },
        serveDemo(demo),
      )
      const disconnect = open(server, false)
      const started = listening(server, port, host)
      release = async () => {
        await started.catch(() => undefined)
        const closed = new Promise((resolve) => server.close(resolve))
        await disconnect()
        server.closeAllConnections()
        await closed
      }
      try {
        return await started
      } catch (error) {
        await close()
        throw error
      }
    },

    attach(server) {
      mustBeUnused()
      release = open(server, true)
    },

    close,
  }
}

interface ServeOptions {
  readonly rate: Rate
  readonly log: (line: string) => void
  readonly authenticate: Authenticate | undefined
  readonly limits: RelayLimits
  readonly guard: ConnectionLimits
  readonly count: CountMessage
  readonly turn: TurnOptions | undefined
}

/** Admits clients, tells them who is there, and routes what they send, until the function that it returns is called. */
function serveClients(
  io: RelayServer,
  { rate, log, authenticate, limits, guard, count, turn }: ServeOptions,
): () => void {
  const names = createNames<RelaySocket>()
  const presence = createPresence(io, limits)
  const admitClient = admit(names, log, { authenticate, limits })

  io.use((socket, next) => {
    const decide = (error?: Error & { data: HandshakeRefusal }) => {
      next(error)
      // Once it has been told why, which Socket.IO does in a moment: a connection that speaks for nobody is of no use.
      if (error) setImmediate(() => socket.conn.close())
    }
    void guard.check(socket).then((refusal) => {
      if (refusal === undefined) return admitClient(socket, decide)
      log(`refused a connection: ${refusal.code}`)
      decide(Object.assign(new Error(refusal.problem), { data: refusal }))
    })
  })
  io.on('connection', (socket) => {
    const { self, room, expiresAt } = socket.data
    log(`connected: ${self.user}`)
    void socket.join(roomsOf(self))
    socket.emit('welcome', self)
    // Before anything that could lead to a call.
    if (turn) issueTurn(socket, turn)
    presence.enter(socket, room)

    socket.on('disconnect', () => {
      log(`disconnected: ${self.user}`)
      names.release(self.user, socket)
      presence.leave(socket, room)
    })
    receiveMessages(socket, rate, count)
    if (expiresAt !== undefined) disconnectAt(socket, expiresAt)

    // The party came back before its old connection was known to be dead. The user's other parties stay.
    for (const old of names.earlier(self, socket)) old.disconnect(true)
  })

  // While the relay closes, everybody goes at once: nobody has to hear of the others.
  return () => presence.stop()
}

function listening(server: HttpServer, port: number, host: string): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const { port: actual } = server.address() as AddressInfo
      resolve({ url: `http://${hostInUrl(host)}:${actual}`, port: actual })
    })
  })
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
