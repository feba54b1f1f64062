import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The URL of a load balancer that hands each connection to the first of `ports` that takes it. It ends with the test. */
export async function startBalancer(ports: readonly number[]): Promise<string> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  }
  const hand = (client: Socket, [port, ...others]: readonly number[]) => {
    if (port === undefined) {
      client.destroy()
      return
    }
    const node = connect(port, '127.0.0.1')
    keep(node)
    node.once('connect', () => {
      client.pipe(node).pipe(client)
      node.once('close', () => client.destroy())
      client.once('close', () => node.destroy())
    })
    node.once('error', () => {
      if (node.connecting || node.readyState !== 'open') hand(client, others)
    })
  }
  const server = createServer((client) => {
    keep(client)
    hand(client, ports)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
