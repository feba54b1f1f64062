import { once } from 'node:events'
import type { Socket as TcpSocket } from 'node:net'
import { openTcp, rawClient, upgradeRequest } from '../../relay/support/relay-fixture.ts'
import { admitted, closed, frame, path, text, writeAll } from './frames.ts'
import type { Target } from './target.ts'

// Endless floods by a stranger. Each attack repeats the same over one connection until the relay cuts it, and reads no
// answers. It resolves with the bytes that it could send, at most MOST.

/** Bytes that an attack sends if it is never cut. */
export const MOST = 32 * 1024 * 1024

const CHUNK = 64 * 1024

/** Writes `packet` again and again, until the relay cuts the connection or `most` bytes are sent. */
async function flood(tcp: TcpSocket, packet: Buffer, most = MOST): Promise<number> {
  tcp.pause()
  const chunk = Buffer.concat(Array(Math.max(1, Math.floor(CHUNK / packet.length))).fill(packet))
  let sent = 0
  while (sent < most && !tcp.destroyed) {
    await writeAll(tcp, [chunk])
    sent += chunk.length
  }
  // The system may have accepted all bytes before the cut. The connection then ends a moment later.
  if (!tcp.destroyed) tcp.resume()
  return sent
}

/** A connection that has sent nothing yet. */
async function unclaimed({ url }: Target): Promise<TcpSocket> {
  return (await rawClient(url)).tcp
}

const open = { 'before the claim': unclaimed, 'after it': admitted } as const

/** When an attack begins. */
export type When = keyof typeof open

export const moments = Object.keys(open) as readonly When[]

/** What can be sent over a WebSocket by the million. */
export const packets: Readonly<Record<string, Buffer>> = {
  'pings of 125 bytes': frame(0x89, Buffer.alloc(125, 'x')),
  'empty pings': frame(0x89, Buffer.alloc(0)),
  'pongs that nobody asked for': frame(0x8a, Buffer.alloc(125, 'x')),
  'empty messages': text(''),
  'pongs of Engine.IO': text('3'),
  'no-operations of Engine.IO': text('6'),
  'packets to namespaces that do not exist': text(`40/${'a'.repeat(100)},`),
  'acknowledgements that nobody asked for': text('43999[]'),
  'fragments of nothing': frame(0x00, Buffer.alloc(0)),
}

export async function packetFlood(target: Target, when: When, packet: Buffer): Promise<number> {
  const tcp = await open[when](target)
  // Only the first fragment of a message has its type.
  if (packet[0] === 0x00) tcp.write(frame(0x01, Buffer.from('4')))
  return flood(tcp, packet)
}

/** Claims with far more in them than a claim has. */
export async function crowdedClaims(target: Target): Promise<number> {
  const keys = Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])
  const tcp = await unclaimed(target)
  return flood(tcp, text(`40/x,${JSON.stringify(Object.fromEntries(keys))}`))
}

/** Messages that are lists within lists, as deep as a packet may be long. */
export async function deepMessages(target: Target): Promise<number> {
  const tcp = await admitted(target)
  return flood(tcp, text(`421["message",${'['.repeat(45_000)}${']'.repeat(45_000)}]`))
}

const poll = '/socket.io/?EIO=4&transport=polling'

async function pollingSession(url: string): Promise<string> {
  const opened = await (await fetch(`${url}${poll}`)).text()
  return (JSON.parse(opened.slice(1)) as { readonly sid: string }).sid
}

/** A WebSocket that should replace long polling, and never does: it sends the probe again and again. */
export async function probeFlood({ url }: Target): Promise<number> {
  const tcp = openTcp(url)
  tcp.write(upgradeRequest(`${path}&sid=${await pollingSession(url)}`))
  await once(tcp, 'data')
  return flood(tcp, text('2probe'))
}

/**
 * Tries to replace long polling by a WebSocket while another one is trying, too. Each waits to be closed. Resolves
 * once all are closed.
 */
export async function rivalUpgrades({ url }: Target, count: number): Promise<void> {
  const sid = await pollingSession(url)
  const ends = Array.from({ length: count }, async () => {
    const tcp = openTcp(url)
    tcp.write(upgradeRequest(`${path}&sid=${sid}`))
    tcp.resume()
    await closed(tcp)
  })
  await Promise.all(ends)
}

/** A client that began with long polling, upgraded to a WebSocket, and reads nothing from it. */
export async function deafUpgrade({ url, claim }: Target) {
  const self = await claim('deaf')
  const sid = await pollingSession(url)
  await fetch(`${url}${poll}&sid=${sid}`, { method: 'POST', body: `40${JSON.stringify(self)}` })
  const tcp = openTcp(url)
  tcp.write(upgradeRequest(`${path}&sid=${sid}`))
  await once(tcp, 'data')
  tcp.write(text('2probe'))
  await once(tcp, 'data')
  tcp.write(text('5'))
  tcp.pause()
  return { self, tcp }
}
