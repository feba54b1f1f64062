import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/** What happens to the packets of one direction. */
export interface Shape {
  /** The share that is lost, from 0 to 1. Every nth packet is lost, so that each run is the same. */
  readonly loss?: number
  /** Milliseconds that each packet takes longer. */
  readonly delayMs?: number
  readonly bitsPerSecond?: number
  /** Milliseconds of packets that wait for the bandwidth before others are dropped; 500 by default. */
  readonly queueMs?: number
}

/** The path of one client to a server on this machine. */
export interface ShapedPath {
  /** The port at which the client reaches the server. */
  readonly port: number
  /** Changes both directions from now on; a missing one is not changed. */
  shape(next: { readonly up?: Shape; readonly down?: Shape }): void
}

/** Forwards UDP to `serverPort` until the test finishes, in the shape that is set; unchanged at first. */
export async function shapedPath(serverPort: number): Promise<ShapedPath> {
  const front = createSocket('udp4')
  /** One socket for each address of the client, so that the server tells them apart. */
  const backs = new Map<string, Socket>()
  const [up, down] = [direction(), direction()]
  front.on('message', (packet, client) => {
    const back = backs.get(nameOf(client)) ?? newBack(client)
    up.pass(packet.length, () => back.send(packet, serverPort, '127.0.0.1'))
  })
  const newBack = (client: RemoteInfo): Socket => {
    const back = createSocket('udp4')
    back.on('error', () => undefined)
    back.on('message', (packet) =>
      down.pass(packet.length, () => front.send(packet, client.port, client.address)),
    )
    backs.set(nameOf(client), back)
    return back
  }
  front.on('error', () => undefined)
  front.bind(0, '127.0.0.1')
  await once(front, 'listening')
  onTestFinished(() => {
    up.stop()
    down.stop()
    for (const socket of [front, ...backs.values()]) socket.close()
  })
  return {
    port: front.address().port,
    shape(next) {
      if (next.up) up.shape(next.up)
      if (next.down) down.shape(next.down)
    },
  }
}

/** A browser may use any address of this machine, even to reach its loopback. */
const nameOf = ({ address, port }: RemoteInfo): string => `${address} ${port}`

function direction() {
  let shape: Shape = {}
  let owed = 0
  let freeAt = 0
  const timers = new Set<NodeJS.Timeout>()
  return {
    shape(next: Shape) {
      shape = next
      owed = 0
    },
    pass(bytes: number, send: () => void) {
      const { loss = 0, delayMs = 0, bitsPerSecond = Infinity, queueMs = 500 } = shape
      owed += loss
      if (owed >= 1) {
        owed -= 1
        return
      }
      const now = performance.now()
      const start = Math.max(now, freeAt)
      if (start - now > queueMs) return
      freeAt = start + (bytes * 8_000) / bitsPerSecond
      const wait = freeAt - now + delayMs
      if (wait < 1) {
        send()
        return
      }
      const timer = setTimeout(() => {
        timers.delete(timer)
        send()
      }, wait)
      timers.add(timer)
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
