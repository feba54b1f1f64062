import { beforeEach, describe, expect, it } from 'vitest'
import type { Receipt } from '../../../src/core/protocol/index.ts'
import {
  connect,
  expectOnlyMessage,
  invite,
  openSocket,
  randomId,
  startRelay,
  type TestClient,
} from '../support/relay-fixture.ts'

let url: string
let mallory: TestClient
let bystanders: readonly [TestClient, TestClient]

beforeEach(async () => {
  ;({ url } = await startRelay())
  mallory = await connect(url, 'mallory')
  bystanders = [await connect(url, 'carol'), await connect(url, 'dave')]
})

/** The relay still serves, and its other clients have seen none of it. */
async function expectUnharmed() {
  const [carol, dave] = bystanders
  await expectOnlyMessage(carol, dave)
  await expectOnlyMessage(dave, carol)
  expect(carol.messages).toHaveLength(1)
  expect(dave.messages).toHaveLength(1)
  await connect(url, `newcomer ${randomId()}`)
}

/** Emits what the types would not let through, with an acknowledgement. */
const emit = (event: string, ...args: unknown[]): Promise<Receipt> =>
  new Promise((resolve) => {
    const socket = mallory.socket as unknown as { emit(event: string, ...args: unknown[]): void }
    socket.emit(event, ...args, resolve)
  })

/** Writes a packet of Socket.IO by hand. */
const write = (packet: string) => mallory.socket.io.engine.write(packet)

/** Writes an event by hand and resolves with the receipt. */
const writeEvent = (json: string): Promise<Receipt> =>
  new Promise((resolve) => {
    const { engine } = mallory.socket.io
    const onData = (data: unknown) => {
      if (typeof data !== 'string' || !data.startsWith('3777[')) return
      engine.off('data', onData)
      resolve((JSON.parse(data.slice(4)) as [Receipt])[0])
    }
    engine.on('data', onData)
    write(`2777${json}`)
  })

const invalid = { ok: false, code: 'invalid-message', problem: expect.any(String) as string }
const good = () => invite('dave')
const deep = (levels: number, inner = '1') => '['.repeat(levels) + inner + ']'.repeat(levels)

describe('a message', () => {
  const wrong: Record<string, () => unknown> = {
    'with a forged sender': () => ({ ...good(), from: bystanders[0].self }),
    'with a forged age': () => ({ ...good(), ageMs: 0 }),
    'of an unknown type': () => ({ ...good(), type: 'transfer' }),
    'of a type that every object has': () => ({ ...good(), type: 'constructor' }),
    'without a type': () => ({ ...good(), type: undefined }),
    'of another version': () => ({ ...good(), v: 2 }),
    'without a body': () => ({ ...good(), body: undefined }),
    'with a foreign body': () => ({ ...good(), body: { sdp: 'v=0' } }),
    'with more in its body': () => ({ ...good(), body: { media: { audio: true, video: true }, extra: 1 } }),
    'with a number for a flag': () => ({ ...good(), body: { media: { audio: 1, video: 0 } } }),
    'to nobody': () => ({ ...good(), to: undefined }),
    'to a string': () => ({ ...good(), to: 'dave' }),
    'to everybody': () => ({ ...good(), to: {} }),
    'to a list': () => ({ ...good(), to: [{ user: 'dave' }, { user: 'carol' }] }),
    'to a list of names': () => ({ ...good(), to: { user: ['dave', 'carol'] } }),
    'to a party that is no id': () => ({ ...good(), to: { user: 'dave', party: '*' } }),
    'with a short callId': () => ({ ...good(), callId: 'abc' }),
    'with an object as callId': () => ({ ...good(), callId: { toString: 'x' } }),
    'with a negative seq': () => ({ ...good(), seq: -1 }),
    'with a fractional seq': () => ({ ...good(), seq: 0.5 }),
    'with a seq past the safe integers': () => ({ ...good(), seq: 2 ** 60 }),
    'with a ttl of a year': () => ({ ...good(), ttlMs: 365 * 24 * 3600 * 1000 }),
    'with binary for a description': () => ({ ...good(), type: 'offer', body: { sdp: Buffer.from('v=0') } }),
    'with a batch of candidates that is too long': () => ({
      ...good(),
      type: 'candidates',
      body: { list: Array.from({ length: 65 }, () => ({ candidate: 'x' })) },
    }),
    'that is null': () => null,
    'that is a number': () => 7,
    'that is a string': () => 'invite',
    'that is a flag': () => true,
    'that is a list': () => [good()],
    'that is empty': () => ({}),
    'that is binary': () => Buffer.from(JSON.stringify(good())),
    'that is a long binary': () => Buffer.alloc(20_000),
    'that says it is a placeholder': () => ({ _placeholder: true, num: 0 }),
  }
  it.each(Object.keys(wrong))('%s is refused as invalid', async (name) => {
    expect(await emit('message', wrong[name]?.())).toEqual(invalid)
    await expectUnharmed()
  })

  it('with too long a description is refused as invalid', async () => {
    const sdp = 'x'.repeat(64 * 1024 + 1)
    expect(await emit('message', { ...good(), type: 'offer', body: { sdp } })).toEqual(invalid)
    await expectUnharmed()
  })

  it.each([
    ['an over-long field', () => ({ ...good(), body: { sdp: 'x'.repeat(90_000) } })],
    [
      'many fields',
      () => ({ ...good(), ...Object.fromEntries(Array.from({ length: 5500 }, (_, i) => [`key ${i}`, i])) }),
    ],
    ['long characters', () => ({ ...good(), type: 'offer', body: { sdp: '€'.repeat(30_000) } })],
  ])('that is too large by %s is refused with its own code', async (_, message) => {
    expect(await emit('message', message())).toMatchObject({ ok: false, code: 'message-too-large' })
    await expectUnharmed()
  })

  it('of 1 MB ends the connection of its sender, and no other', async () => {
    const answered: unknown[] = []
    void emit('message', { ...good(), body: { sdp: 'x'.repeat(1024 * 1024) } }).then((receipt) =>
      answered.push(receipt),
    )
    expect(await mallory.gone).toMatch(/transport/)
    expect(answered).toEqual([])
    await expectUnharmed()
  })

  it.each([33, 1000, 10_000, 48_000])('nested %i levels deep is refused for its depth', async (levels) => {
    const tooDeep = { ...invalid, problem: 'message: nested more than 32 levels deep' }
    expect(await writeEvent(`["message",${deep(levels)}]`)).toEqual(tooDeep)
    const nested = JSON.stringify(good()).replace('"body":{', `"body":{"x":${deep(levels - 2)},`)
    expect(await writeEvent(`["message",${nested}]`)).toEqual(tooDeep)
    const asObjects = `${'{"x":'.repeat(33)}1${'}'.repeat(33)}`
    expect(await writeEvent(`["message",${asObjects}]`)).toEqual(tooDeep)
    expect(await writeEvent(`["message",${deep(32)}]`)).not.toEqual(tooDeep)
    await expectUnharmed()
  })

  it('that targets the prototype is refused, and changes no prototype', async () => {
    const json = JSON.stringify(good())
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const polluted = json.replace('{', `{"${key}":{"polluted":true,"from":{"user":"carol"}},`)
      expect(await writeEvent(`["message",${polluted}]`), key).toEqual(invalid)
      const inside = json.replace('"body":{', `"body":{"${key}":{"polluted":true},`)
      expect(await writeEvent(`["message",${inside}]`), key).toEqual(invalid)
    }
    expect(await emit('message', { ...good(), to: { user: '__proto__' } })).toMatchObject({
      code: 'unreachable',
    })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    await expectUnharmed()
  })

  it('to an unknown addressee is refused as unreachable', async () => {
    expect(await emit('message', invite('nobody'))).toMatchObject({ ok: false, code: 'unreachable' })
    await expectUnharmed()
  })

  it('without an acknowledgement is ignored', async () => {
    write(`2${JSON.stringify(['message', good()])}`)
    for (const receipt of [null, 7, 'receipt', {}, { call: 1 }, []])
      write(`2${JSON.stringify(['message', good(), receipt])}`)
    write('2["message"]')
    expect(await emit('message', {})).toEqual(invalid)
    await expectUnharmed()
  })

  it('with too few or too many arguments is refused', async () => {
    expect(await emit('message')).toEqual(invalid)
    expect(await emit('message', good(), good())).toEqual(invalid)
    expect(await emit('message', good(), null)).toEqual(invalid)
    await expectUnharmed()
  })
})

describe('an event', () => {
  it.each([
    'welcome',
    'roster',
    'error',
    'connection',
    'ping',
    '',
    '__proto__',
    'hasOwnProperty',
    'x'.repeat(10_000),
  ])('called %j is refused', async (event) => {
    expect(await writeEvent(JSON.stringify([event, good()]))).toEqual(invalid)
    write(`2${JSON.stringify([event, good()])}`)
    await expectUnharmed()
  })

  it('with a number for its name is refused', async () => {
    expect(await writeEvent('[7,{}]')).toEqual(invalid)
    await expectUnharmed()
  })
})

describe('a packet', () => {
  it.each([
    'garbage',
    '',
    '9',
    '2',
    '2{}',
    '2[]',
    '2[null]',
    '2["disconnect"]',
    '2["connect"]',
    '2["newListener"]',
    '2["message",',
    '0{"name":"carol"}',
    '4{"message":"x"}',
    '3999["never asked"]',
    '3[]',
    '599-["message",{"_placeholder":true,"num":5}]',
    `51-["message",${deep(50_000, '{"_placeholder":true,"num":9}')}]`,
    '1',
    '1/elsewhere,',
    '2/elsewhere,["message",{}]',
    '0/elsewhere,{}',
    '0/__proto__,{}',
  ])('%.60j harms nobody', async (packet) => {
    write(packet)
    await expectUnharmed()
  })

  it('that announces attachments but has none harms nobody', async () => {
    write('51-["message",{"_placeholder":true,"num":0}]')
    write('2["message"]')
    await expectUnharmed()
  })

  it('that comes with the disconnection of its sender is not delivered', async () => {
    const poll = `${url}/socket.io/?EIO=4&transport=polling`
    const opened = await (await fetch(poll)).text()
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string }
    const post = (body: string) => fetch(`${poll}&sid=${sid}`, { method: 'POST', body })
    await post(`40${JSON.stringify({ name: 'eve', party: randomId(), secret: randomId() })}`)
    const [carol] = bystanders
    await carol.saw(([, change]) => (change as { user?: string }).user === 'eve')
    // One payload of Engine.IO with two packets: the goodbye, then a message with an acknowledgement.
    await post(`41\x1e421${JSON.stringify(['message', good()])}`)
    await expectUnharmed()
  })

  it('that is binary without an announcement harms nobody', async () => {
    mallory.socket.io.engine.write(Buffer.alloc(1000))
    await expectUnharmed()
  })
})

describe('a handshake', () => {
  it.each([
    '0',
    '0{}',
    '0[]',
    '0null',
    '0"carol"',
    '0{"name":{"toString":1}}',
    '0{"__proto__":{"name":"eve"}}',
    `0{"name":${deep(10_000)}}`,
    '0{"name":"eve","party":[],"secret":{}}',
    `0{"name":"${'x'.repeat(100_000)}"}`,
    '0{"pid":"x","offset":"y"}',
    '2["message",{}]',
    '1',
  ])('%.60j is not accepted', async (packet) => {
    const socket = openSocket(url, {}, { autoConnect: false })
    const answers: unknown[] = []
    const answered = new Promise<void>((resolve) => {
      socket.io.on('open', () => {
        const { engine } = socket.io
        engine.on('data', (data) => {
          answers.push(data)
          resolve()
        })
        engine.on('close', () => resolve())
        engine.write(packet)
      })
    })
    socket.io.open()
    await answered
    expect(answers.filter((answer) => typeof answer !== 'string' || !answer.startsWith('4'))).toEqual([])
    await expectUnharmed()
    for (const bystander of bystanders)
      expect(
        bystander.changes.filter(
          (change) => change.type === 'joined' && !/^(dave|newcomer)/.test(change.user),
        ),
      ).toEqual([])
  })
})

describe('a flood', () => {
  it('of thousands of messages is limited, answered, and delivered to nobody else', async () => {
    const count = 5000
    const receipts = await Promise.all(
      Array.from({ length: count }, (): Promise<Receipt> =>
        mallory.send({ v: 1, type: 'ringing', callId: randomId(), to: { user: 'nobody' }, seq: 1, body: {} }),
      ),
    )
    const codes = receipts.map((receipt) => (receipt.ok ? 'ok' : receipt.code))
    expect(new Set(codes)).toEqual(new Set(['unreachable', 'too-many-messages']))
    expect(codes.slice(0, 200)).toEqual(Array(200).fill('unreachable'))
    expect(codes.filter((code) => code === 'too-many-messages').length).toBeGreaterThan(count / 2)
    await expectUnharmed()
  })

  it('of unknown events is limited as well', async () => {
    const receipts = await Promise.all(Array.from({ length: 1000 }, () => emit('shout', {})))
    expect(receipts.at(-1)).toMatchObject({ code: 'too-many-messages' })
    await expectUnharmed()
  })

  it('of connections that come and go leaves no name behind', async () => {
    for (let round = 0; round < 20; round += 1) {
      const socket = openSocket(
        url,
        { name: 'eve', party: randomId(), secret: randomId() },
        { autoConnect: false },
      )
      const closed = new Promise((resolve) => socket.io.once('close', resolve))
      // Leaves at every stage of the handshake.
      socket.io.once('open', () => setImmediate(() => socket.io.engine.close()))
      socket.connect()
      await closed
    }
    const [carol] = bystanders
    await connect(url, `fence ${randomId()}`)
    await carol.saw(([event, change]) => event === 'roster' && JSON.stringify(change).includes('fence'))
    await connect(url, 'eve')
    await expectUnharmed()
  })
})
