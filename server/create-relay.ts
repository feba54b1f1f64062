import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { admit } from './admit.ts'
import { allowOrigin, type Origins } from './allow-origin.ts'
import type { Authenticate } from './authenticate.ts'
import { attachRelay, RELAY_PATH, type SharedServer } from './attach-relay.ts'
import { disconnectAt } from './expire.ts'
import { createNames } from './names.ts'
import type { Rate } from './rate-limit.ts'
import { receiveMessages } from './receive-messages.ts'
import type { RelayServer, RelaySocket } from './relay-socket.ts'
import { roomsOf } from './rooms.ts'
import { createRoster } from './roster.ts'
import { addSecurityHeaders, serveDemo } from './serve-demo.ts'

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
  /** How many messages one connection may send; by default 200 at once and 50 a second. */
  readonly rate?: Rate
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

/** Bytes of one packet, past which the connection is cut; below, a message that is too large is refused with a code. */
const MAX_PACKET = 256 * 1024

/**
 * A relay for signaling messages: it knows who is connected under which name, checks and stamps every message, and hands
 * it to the addressee alone. It does nothing until `listen` or `attach`.
 *
 * @example
 * const relay = createRelay({ port: 3000 })
 * const { url } = await relay.listen()
 */
export function createRelay(options: RelayOptions = {}): Relay {
  const { port = 3000, host = 'localhost', demo, origins = [], authenticate, log = () => {} } = options
  const { rate = { burst: 200, perSecond: 50 } } = options
  let release: (() => Promise<void>) | undefined

  const open = (server: SharedServer, shared: boolean): (() => Promise<void>) => {
    const io: RelayServer = new Server({
      path: RELAY_PATH,
      serveClient: false,
      maxHttpBufferSize: MAX_PACKET,
      connectTimeout: 10_000,
      // A client that vanished without a word gives its name back after 10 s at the most. The price: one small packet
      // each way every 5 s, and a network that stalls for longer costs a reconnection.
      pingInterval: 5000,
      pingTimeout: 5000,
      allowRequest: (request, answer) => {
        const allowed = allowOrigin(request, origins)
        if (!allowed) log('refused a connection: origin')
        answer(allowed ? null : 'origin not allowed', allowed)
      },
      ...(origins.length > 0 && { cors: { origin: origins === '*' ? '*' : [...origins] } }),
    })
    const detach = attachRelay(io, server, shared)
    io.engine.on('headers', addSecurityHeaders)
    const stop = serveClients(io, { rate, log, authenticate })
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
      const server = createServer(serveDemo(demo))
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

/** Admits clients, tells them who is there, and routes what they send, until the function that it returns is called. */
function serveClients(
  io: RelayServer,
  {
    rate,
    log,
    authenticate,
  }: {
    readonly rate: Rate
    readonly log: (line: string) => void
    readonly authenticate: Authenticate | undefined
  },
): () => void {
  const names = createNames<RelaySocket>()
  const roster = createRoster()
  let stopped = false

  io.use(admit(names, log, authenticate))
  io.on('connection', (socket) => {
    const { self, expiresAt } = socket.data
    log(`connected: ${self.user}`)
    void socket.join(roomsOf(self))
    socket.emit('welcome', self)
    socket.emit('roster', { type: 'all', users: roster.others(self.user) })
    if (roster.add(self.user)) socket.broadcast.emit('roster', { type: 'joined', user: self.user })

    socket.on('disconnect', () => {
      log(`disconnected: ${self.user}`)
      names.release(self.user, socket)
      // While the relay closes, everybody goes at once: nobody has to hear of the others.
      if (roster.remove(self.user) && !stopped)
        socket.broadcast.emit('roster', { type: 'left', user: self.user })
    })
    receiveMessages(socket, rate)
    if (expiresAt !== undefined) disconnectAt(socket, expiresAt)

    // The party came back before its old connection was known to be dead. The user's other parties stay.
    for (const old of names.earlier(self, socket)) old.disconnect(true)
  })

  return () => {
    stopped = true
  }
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
