import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { WebSocketServer } from 'ws'

/**
 * A relay that listens on loopback.
 *
 * @typedef {object} Listening
 * @property {number} port
 */

/**
 * @typedef {object} ServerOptions
 * @property {number} [port]
 * @property {string} [redis] The URL of a Redis, for rxcall alone.
 */

/**
 * Listens with the same backlog as rxcall's relay.
 *
 * @type {(http: import('node:http').Server, port: number) => Promise<Listening>}
 */
const listen = (http, port) =>
  new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen({ port, host: '127.0.0.1', backlog: 8192 }, () => {
      const address = http.address()
      resolve({ port: typeof address === 'object' && address ? address.port : 0 })
    })
  })

/** Higher than the load needs. The relay still counts against it. */
const [many, often] = [1e9, { points: 1e9, seconds: 60 }]

/**
 * The relays that are compared, by name.
 *
 * @type {Record<string, (options: ServerOptions) => Promise<Listening>>}
 */
export const servers = {
  /** rxcall's relay, with all its checks. */
  async rxcall({ port = 0, redis }) {
    const { createRelay } = await import('rxcall-relay')
    return createRelay({
      port,
      host: '127.0.0.1',
      rate: { burst: many, perSecond: many },
      limits: {
        connections: many,
        handshakes: many,
        connectionsPerAddress: many,
        handshakesPerAddress: often,
        messagesPerUser: often,
        messagesPerAddress: often,
        invitesPerUser: often,
        invitesPerAddress: often,
      },
      ...(redis && { redis: { url: redis } }),
    }).listen()
  },

  /** A minimal relay with acknowledgements over Socket.IO. */
  'socket.io': ({ port = 0 }) => {
    const http = createServer()
    const io = new Server(http, { serveClient: false, transports: ['websocket'] })
    io.on('connection', (socket) => {
      void socket.join(String(socket.handshake.auth['name']))
      socket.on('message', (message, acknowledge) => {
        io.to(message.to.user).emit('message', message)
        acknowledge({ ok: true })
      })
    })
    return listen(http, port)
  },

  /** A minimal relay with acknowledgements over WebSockets. */
  ws: ({ port = 0 }) => {
    const http = createServer()
    /** @type {Map<string, import('ws').WebSocket>} */
    const byName = new Map()
    new WebSocketServer({ server: http }).on('connection', (socket) => {
      socket.on('message', (/** @type {Buffer} */ data) => {
        const { name, id, message } = JSON.parse(data.toString())
        if (name !== undefined) {
          byName.set(name, socket)
          socket.send('{"welcome":true}')
          return
        }
        byName.get(message.to.user)?.send(JSON.stringify({ message }))
        socket.send(JSON.stringify({ id, ok: true }))
      })
    })
    return listen(http, port)
  },
}
