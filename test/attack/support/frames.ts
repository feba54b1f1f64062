import { once } from 'node:events'
import type { Socket as TcpSocket } from 'node:net'
import { randomId, rawClient } from '../../relay/support/relay-fixture.ts'
import type { Target } from './target.ts'

/** The path at which a WebSocket of Socket.IO is opened. */
export const path = '/socket.io/?EIO=4&transport=websocket'

/** A WebSocket frame (RFC 6455, section 5.2) with a mask of zeros; `first` is its first byte. */
export function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? [first, 0x80 | length]
      : length < 65_536
        ? [first, 0xfe, length >> 8, length & 255]
        : [first, 0xff, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload])
}

export const text = (packet: string) => frame(0x81, Buffer.from(packet))

/** A connection that is let in, if the relay lets in anybody. */
export async function admitted({ url, claim }: Target): Promise<TcpSocket> {
  const { tcp } = await rawClient(url, await claim(`eve ${randomId()}`))
  await once(tcp, 'data')
  tcp.resume()
  return tcp
}

/** Resolves once the connection is closed, gracefully or by a reset. */
export const closed = (tcp: TcpSocket) => new Promise<void>((resolve) => tcp.once('close', () => resolve()))

/** Resolves once more may be written; unlike `once` it does not mind a reset. */
const drained = (tcp: TcpSocket) => new Promise<void>((resolve) => tcp.once('drain', () => resolve()))

/** Writes everything, or as much as is taken until the relay cuts the connection. */
export async function writeAll(tcp: TcpSocket, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    if (tcp.destroyed) return
    if (!tcp.write(chunk)) await Promise.race([drained(tcp), closed(tcp)])
  }
}
