import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { onTestFinished } from 'vitest'

/**
 * Starts a proxy in front of `relay`, and returns its URL. It reports `address` for each connection. It passes on
 * everything else unchanged, however broken, because a real proxy would stop most attacks. It ends with the test.
 */
export async function reverseProxy(relay: string, address: string): Promise<string> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      sockets.delete(socket)
      // Data on its way still arrives.
      other.end(() => other.destroy())
    })
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const { hostname: host, port } = new URL(relay)
    const upstream = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true })
    keep(client, upstream)
    keep(upstream, client)
    client.pipe(stampFirst(address)).pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Adds the header after the first line, which is the request line. */
function stampFirst(address: string): Transform {
  let isStamped = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const end = isStamped ? 0 : chunk.indexOf('\n') + 1
      if (end > 0) {
        isStamped = true
        this.push(chunk.subarray(0, end))
        this.push(`X-Forwarded-For: ${address}\r\n`)
      }
      done(null, chunk.subarray(end))
    },
  })
}
