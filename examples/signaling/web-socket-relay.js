// @ts-check
import { WebSocketServer } from 'ws'

/**
 * A relay for `webSocketSignaling`, in a few lines. It trusts every name, so put a login in front of it.
 *
 * @param {import('ws').ServerOptions} options
 */
export function webSocketRelay(options) {
  const server = new WebSocketServer(options)
  /** @type {Map<import('ws').WebSocket, { user: string, party: string }>} */
  const clients = new Map()
  /** @type {(socket: import('ws').WebSocket, event: object) => void} */
  const say = (socket, event) => socket.send(JSON.stringify(event))
  const tellRosters = () => {
    const users = [...new Set([...clients.values()].map(({ user }) => user))].sort()
    for (const [socket, { user }] of clients)
      say(socket, { type: 'roster', users: users.filter((other) => other !== user) })
  }
  server.on('connection', (socket, request) => {
    const query = new URL(request.url ?? '', 'ws://relay').searchParams
    const self = { user: query.get('name') ?? '', party: query.get('party') ?? '' }
    clients.set(socket, self)
    say(socket, { type: 'online', self })
    tellRosters()
    socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) return
      /** @type {import('rxcall').OutgoingMessage} */
      const message = JSON.parse(data.toString())
      const { user, party } = message.to
      const receivers = [...clients].filter(
        ([, other]) => other.user === user && (party === undefined || other.party === party),
      )
      for (const [receiver] of receivers)
        say(receiver, { type: 'message', message: { ...message, from: self, ageMs: 0 } })
      if (receivers.length === 0) say(socket, { type: 'refused', message })
    })
    socket.on('close', () => {
      clients.delete(socket)
      tellRosters()
    })
  })
  return server
}
