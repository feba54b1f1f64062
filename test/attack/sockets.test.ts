import { once } from 'node:events'
import type { Socket as TcpSocket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connect, openTcp, randomId, rawClient, upgradeRequest } from '../relay/relay-fixture.ts'
import { startVictim } from './support/start-victim.ts'

// What brought down servers of Socket.IO, Engine.IO and ws before, each by the kind of its advisory, against a relay in a process of
// its own.

const claim = (name = `eve ${randomId()}`) => ({ name, party: randomId(), secret: randomId() })
const path = '/socket.io/?EIO=4&transport=websocket'

/** A WebSocket frame (RFC 6455, section 5.2) with a mask of zeros; `first` is its first byte. */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? [first, 0x80 | length]
      : length < 65_536
        ? [first, 0xfe, length >> 8, length & 255]
        : [first, 0xff, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload])
}
const text = (packet: string) => frame(0x81, Buffer.from(packet))

/** A connection that is let in, if anybody is. */
async function admitted(url: string) {
  const { tcp } = await rawClient(url, claim())
  await once(tcp, 'data')
  tcp.resume()
  return tcp
}

/** Resolves once the connection is closed, in peace or by a reset. */
const closed = (tcp: TcpSocket) => new Promise<void>((resolve) => tcp.once('close', () => resolve()))

/** Writes everything, or as much as is taken until the relay cuts the connection. */
async function writeAll(tcp: TcpSocket, chunks: Iterable<Buffer>) {
  for (const chunk of chunks) {
    if (tcp.destroyed) return
    if (!tcp.write(chunk)) await Promise.race([once(tcp, 'drain'), closed(tcp)])
  }
}

describe('the relay outlives', () => {
  it('announcements of binary attachments that never come, or come by the thousand', async () => {
    const { url, unharmed } = await startVictim()
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
      const tcp = await admitted(url)
      tcp.write(text(packet))
      await writeAll(
        tcp,
        Array.from({ length: 200 }, () => frame(0x82, Buffer.alloc(1000))),
      )
      tcp.end()
    }
    await unharmed()
  })

  it('packets of unknown types and without a form', async () => {
    const { url, unharmed } = await startVictim()
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
      const tcp = await admitted(url)
      tcp.write(text(packet))
      tcp.write(frame(0x82, Buffer.from(packet)))
      tcp.end()
    }
    // Opcodes that nobody has defined, reserved bits, a control frame that is fragmented, text that is no UTF-8.
    for (const first of [0x83, 0x8f, 0xc1, 0xf1, 0x09, 0x0a, 0x80, 0x88]) {
      const tcp = await admitted(url)
      tcp.write(frame(first, Buffer.from([0xff, 0xfe, 0x80])))
      tcp.end()
    }
    await unharmed()
  })

  it('requests with more headers than there is room for', async () => {
    const { url, unharmed } = await startVictim()
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
    await unharmed()
  })

  it('a message in a hundred thousand fragments', async () => {
    const { url, unharmed } = await startVictim()
    const tcp = await admitted(url)
    const piece = frame(0x00, Buffer.from('x'))
    const thousand = Buffer.concat(Array.from({ length: 1000 }, () => piece))
    await writeAll(tcp, [frame(0x01, Buffer.from('4')), ...Array.from({ length: 100 }, () => thousand)])
    tcp.destroy()
    await unharmed()
  })

  it('frames that are huge, or say so', async () => {
    const { url, unharmed } = await startVictim()
    const says = await admitted(url)
    says.write(Buffer.from([0x81, 0xff, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    await closed(says)
    const negative = await admitted(url)
    negative.write(Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]))
    await closed(negative)
    const is = await admitted(url)
    await writeAll(is, [text('4'.padEnd(4 * 1024 * 1024, 'x'))])
    if (!is.destroyed) await closed(is)
    const post = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
    const { sid } = JSON.parse((await post.text()).slice(1)) as { sid: string }
    const body = 'x'.repeat(4 * 1024 * 1024)
    await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body }).catch(
      () => undefined,
    )
    await unharmed()
  })

  it('a poll with a hundred thousand packets', async () => {
    const { url, unharmed } = await startVictim()
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
    await unharmed()
  })

  it('handshakes that are never finished', async () => {
    const { url, unharmed } = await startVictim({ handshakeMs: 500 })
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
    await unharmed()
  })

  it('a storm of connections that come and go', async () => {
    const { url, unharmed } = await startVictim({ handshakesPerAddress: { points: 1e6, seconds: 60 } })
    for (let round = 0; round < 10; round += 1) {
      const clients = await Promise.all(Array.from({ length: 80 }, () => rawClient(url, claim())))
      for (const { tcp } of clients) tcp.destroy()
    }
    await unharmed()
  })
})

it('a page of another origin has no way in, over either transport', async () => {
  const { url, unharmed } = await startVictim()
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://']) {
    const tcp = openTcp(url)
    tcp.write(upgradeRequest(path, `Origin: ${origin}\r\n`))
    const [head] = (await once(tcp, 'data')) as [Buffer]
    expect(head.toString('latin1'), origin).toMatch(/^HTTP\/1\.1 4\d\d /)
    const polled = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })
    expect(polled.status, origin).toBe(403)
  }
  await connect(url, 'no page')
  await unharmed()
})
