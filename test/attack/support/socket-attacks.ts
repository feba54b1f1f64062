import { once } from 'node:events'
import { openTcp, randomId, rawClient, upgradeRequest } from '../../relay/support/relay-fixture.ts'
import { admitted, closed, frame, path, text, writeAll } from './frames.ts'
import type { Target } from './target.ts'

// Attacks that brought down servers of Socket.IO, Engine.IO and ws before, by their advisories. Each resolves once all
// of it is sent. Some also wait until the relay has closed the connection.

/** Announcements of binary attachments that never come, or come in thousands. */
export async function strayAttachments(target: Target): Promise<void> {
  const placeholder = '{"_placeholder":true,"num":0}'
  for (const packet of [
    `451-["message",${placeholder}]`,
    `4599999999999-["message",${placeholder}]`,
    `451-["message",{"_placeholder":true,"num":"splice"}]`,
    `451-["message",{"_placeholder":true,"num":-1}]`,
    `4510-["message",${Array(10).fill(placeholder).join()}]`,
    `461-0[${placeholder}]`,
    '45-["message"]',
    '451["message"]',
  ]) {
    const tcp = await admitted(target)
    tcp.write(text(packet))
    await writeAll(
      tcp,
      Array.from({ length: 200 }, () => frame(0x82, Buffer.alloc(1000))),
    )
    tcp.end()
  }
}

/** Packets of unknown types and malformed ones. */
export async function formlessPackets(target: Target): Promise<void> {
  const odd = [
    '',
    '7',
    '9x',
    '4',
    '49',
    '4/',
    '4/a',
    '40',
    '40{',
    '41',
    '42',
    '42[',
    '42[1]',
    '43',
    '44',
    '47',
    '5',
    '6',
    '0{}',
    '1',
    '2x',
    '3y',
    '\u0000',
    '42{"length":9}',
    '42["__proto__"]',
    '4222222222222222222222["message"]',
  ]
  for (const packet of odd) {
    const tcp = await admitted(target)
    tcp.write(text(packet))
    tcp.write(frame(0x82, Buffer.from(packet)))
    tcp.end()
  }
  // Undefined opcodes, reserved bits, a fragmented control frame, invalid UTF-8.
  for (const first of [0x83, 0x8f, 0xc1, 0xf1, 0x09, 0x0a, 0x80, 0x88]) {
    const tcp = await admitted(target)
    tcp.write(frame(first, Buffer.from([0xff, 0xfe, 0x80])))
    tcp.end()
  }
}

/** Requests with too many headers. */
export async function headerFlood({ url }: Target): Promise<void> {
  const many = Array.from({ length: 3000 }, (_, i) => `a${i}:1\r\n`).join('')
  for (const headers of [
    many,
    `Cookie: ${'x'.repeat(100_000)}\r\n`,
    `Sec-WebSocket-Protocol: a${' '.repeat(12_000)}b\r\n`,
    `Sec-WebSocket-Extensions: permessage-deflate${'; client_max_window_bits'.repeat(400)}\r\n`,
    'Upgrade: websocket\r\nUpgrade: h2c\r\n',
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
  ]) {
    const tcp = openTcp(url)
    tcp.end(upgradeRequest(path, headers))
    tcp.resume()
    await closed(tcp)
  }
}

/** A message in a hundred thousand fragments. */
export async function tinyFragments(target: Target): Promise<void> {
  const tcp = await admitted(target)
  const piece = frame(0x00, Buffer.from('x'))
  const thousand = Buffer.concat(Array.from({ length: 1000 }, () => piece))
  await writeAll(tcp, [frame(0x01, Buffer.from('4')), ...Array.from({ length: 100 }, () => thousand)])
  tcp.destroy()
}

/** Frames that are huge, or claim to be. */
export async function hugeFrames(target: Target): Promise<void> {
  const { url } = target
  const says = await admitted(target)
  says.write(Buffer.from([0x81, 0xff, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
  await closed(says)
  const negative = await admitted(target)
  negative.write(Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
  await closed(negative)
  const is = await admitted(target)
  await writeAll(is, [text('4'.padEnd(4 * 1024 * 1024, 'x'))])
  if (!is.destroyed) await closed(is)
  const post = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
  const { sid } = JSON.parse((await post.text()).slice(1)) as { sid: string }
  const body = 'x'.repeat(4 * 1024 * 1024)
  await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body }).catch(
    () => undefined,
  )
}

/** A poll with a hundred thousand packets. */
export async function crowdedPoll({ url }: Target): Promise<void> {
  const opened = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
  const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string }
  const body = Array(100_000).fill('3').join('\x1e')
  await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body })
  for (const bad of ['', '\x1e', 'b!!!', '\x1e\x1e4', '9']) {
    await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body: bad })
  }
  for (const query of [
    'EIO=4',
    'EIO=9&transport=polling',
    'EIO=4&transport=__proto__',
    'EIO=4&transport=websocket&sid=constructor',
    'EIO=4&transport=polling&sid=__proto__',
  ])
    await fetch(`${url}/socket.io/?${query}`)
}

/** Handshakes that are never finished. */
export async function unfinishedHandshakes({ url }: Target): Promise<void> {
  const request = upgradeRequest(path)
  const ends = Array.from({ length: 150 }, async (_, i) => {
    const tcp = openTcp(url)
    tcp.write(i % 3 === 0 ? request.slice(0, 20 + i) : request)
    if (i % 3 === 2) {
      await once(tcp, 'data')
      tcp.write(text('40{"name":'))
    }
    tcp.resume()
    if (!tcp.destroyed) await closed(tcp)
  })
  await Promise.all(ends)
}

/** A storm of connections that come and go. */
export async function connectionStorm({ url, claim }: Target): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const clients = await Promise.all(
      Array.from({ length: 80 }, async () => rawClient(url, await claim(`eve ${randomId()}`))),
    )
    for (const { tcp } of clients) tcp.destroy()
  }
}

/** Requests for a file by the hundred, in one write, whose answers nobody reads. */
export function unreadAnswers({ url }: Target, path: string): void {
  const tcp = openTcp(url)
  tcp.pause()
  tcp.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(800))
}

/**
 * Messages without acknowledgements, far more than any real client sends. Resolves with how many could be sent before
 * the connection was cut, or `most`.
 */
export async function messageFlood({ url, claim }: Target, most: number): Promise<number> {
  const { tcp } = await rawClient(url, await claim(`eve ${randomId()}`))
  let heard = ''
  // Anything sent before it is let in would end the connection for another reason.
  await new Promise<void>((resolve) =>
    tcp.on('data', (chunk: Buffer) => {
      heard = heard.slice(-20) + chunk.toString('latin1')
      if (heard.includes('"welcome"')) resolve()
    }),
  )
  const packet = text(`42["message",{"x":"${'x'.repeat(1000)}"}]`)
  const hundred = Buffer.concat(Array.from({ length: 100 }, () => packet))
  let sent = 0
  while (sent < most && !tcp.destroyed) {
    await writeAll(tcp, [hundred])
    sent += 100
  }
  tcp.destroy()
  return sent
}

/** Pages that no relay lets in unless it names them. */
const FOREIGN = ['https://evil.example', 'null', 'http://localhost.evil.example:1', 'file://']

/** Pages of other origins, over either transport. Resolves with the status of each answer, by origin. */
export async function foreignPages(
  { url }: Target,
  others: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const answers = new Map<string, readonly number[]>()
  for (const origin of [...FOREIGN, ...others]) {
    const tcp = openTcp(url)
    tcp.write(upgradeRequest(path, `Origin: ${origin}\r\n`))
    const [head] = (await once(tcp, 'data')) as [Buffer]
    const polled = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })
    answers.set(origin, [Number(head.toString('latin1').split(' ')[1]), polled.status])
  }
  return answers
}
