import type { CallEvent } from 'rxcall'
import { describe, expect } from 'vitest'
import { test as base, type Participant } from './support/call-test.ts'
import { independentClient, type IndependentClient } from './support/independent-client.ts'
import { frames, loudness } from './support/received-media.ts'
import { texts } from './support/texts.ts'
import { until } from './support/until.ts'

interface FaultyWire {
  readonly copies: (message: unknown) => number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

interface Fixtures {
  /** Connects a client that was written from the protocol's document alone. */
  readonly independent: (name: string, copies?: FaultyWire['copies']) => Promise<IndependentClient>
}

const test = base.extend<Fixtures>({
  independent: async ({ relay }, use) => {
    const clients: IndependentClient[] = []
    await use(async (name, copies) => {
      const client = independentClient({ url: relay.url, name, ...(copies && { copies }) })
      clients.push(client)
      await client.seen('welcome')
      return client
    })
    for (const client of clients) client.close()
  },
})

for (const ways of ['perfect', 'faulty'] as const)
  describe(`over a ${ways} link, a client written from docs/protocol.md`, () => {
    for (const direction of ['calls', 'is called by'] as const)
      for (const who of ['it', 'the other side'] as const)
        test(`${direction} the library's, with video, audio and texts both ways, and ${who} hangs up`, async ({
          join,
          independent,
        }) => {
          const wire = faultyWire()
          const alice = await join('alice')
          const ines = await independent('ines', ways === 'faulty' ? wire.copies : undefined)

          await connect(alice, ines, direction === 'calls')
          await Promise.all([
            ines.seen('video received'),
            ines.seen('audio received'),
            until(frames(alice.client.remoteStream$), ({ brightest }) => brightest > 180, 'picture'),
            until(loudness(alice.client.remoteStream$), (level) => level > 2000, 'sound'),
          ])

          const heard = nextText(alice)
          ines.say('olá, Alice')
          const acked = until(alice.client.event$, isAck, 'acknowledgement of the text')
          alice.client.send('hello, Ines')
          expect(await heard).toBe('olá, Alice')
          await Promise.all([ines.seen('text hello, Ines'), ines.seen('acked 1'), acked])

          if (who === 'it') ines.hangUp()
          else alice.client.hangUp()
          const by = who === 'it' ? 'remote' : 'local'
          expect(await alice.phase('ended')).toMatchObject({ reason: 'hung-up', by })
          await ines.seen('ended hung-up')

          expect(alice.errors).toEqual([])
          expect(ines.notes.filter((each) => each.startsWith('text '))).toHaveLength(1)
          expect(ines.notes.filter((each) => /refused|failed/.test(each))).toEqual([])
          if (ways === 'faulty') {
            expect(wire.lost.length).toBeGreaterThan(4)
            expect(wire.doubled.length).toBeGreaterThan(4)
          }
        })
  })

describe('a client written from docs/protocol.md', () => {
  for (const direction of ['calls', 'is called'] as const)
    test(`continues with a new peer connection when it ${direction}`, async ({ join, independent }) => {
      const [alice, ines] = [await join('alice'), await independent('ines')]
      await connect(alice, ines, direction === 'calls')
      ines.replacePeer()
      await ines.seen('connected 1')
      await alice.phase('connected')
      expect(alice.webRtc.made()).toBe(2)

      const heard = nextText(alice)
      ines.say('still here')
      alice.client.send('so am I')
      expect(await heard).toBe('still here')
      await ines.seen('text so am I')
      ines.hangUp()
      expect(await alice.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
    })

  test('continues after it was away from the relay', async ({ join, independent }) => {
    const [alice, ines] = [await join('alice'), await independent('ines')]
    alice.client.call('ines')
    await ines.seen('ringing')
    ines.reconnect()
    ines.accept()
    await ines.seen('welcome', 2)
    await Promise.all([alice.phase('connected'), ines.seen('selected'), ines.seen('connected 0')])
    expect(alice.brought.map(({ type }) => type)).toContain('resume')
  })

  for (const [yields, callId] of [
    ['it', 'f'.repeat(32)],
    ['the other side', '0'.repeat(32)],
  ] as const)
    test(`calls somebody who calls it, and ${yields} yields`, async ({ join, independent }) => {
      const [alice, ines] = [await join('alice'), await independent('ines')]
      alice.client.call('ines')
      ines.call('alice', callId)
      const [{ callId: lives, role }] = await Promise.all([
        alice.phase('connected'),
        ines.seen('connected 0'),
      ])
      expect(role).toBe(yields === 'it' ? 'caller' : 'callee')
      expect(lives === callId).toBe(yields === 'the other side')
      expect(ines.notes.includes('ended yielded')).toBe(yields === 'it')
    })

  test('may decline', async ({ join, independent }) => {
    const [alice, ines] = [await join('alice'), await independent('ines')]
    alice.client.call('ines')
    await ines.seen('ringing')
    ines.decline()
    expect(await alice.phase('ended')).toMatchObject({ reason: 'declined', by: 'remote' })
  })

  test('stops ringing when the caller gives up', async ({ join, independent }) => {
    const [alice, ines] = [await join('alice'), await independent('ines')]
    alice.client.call('ines')
    await ines.seen('ringing')
    alice.client.hangUp()
    await ines.seen('ended cancelled')
  })
})

/** Loses every third message, but none of them twice, and doubles every other one that passes. */
function faultyWire(): FaultyWire {
  const lost: string[] = []
  const doubled: string[] = []
  let passing = 0
  const copies = (message: unknown): number => {
    const text = JSON.stringify(message)
    const place = passing++ % 3
    if (place === 0 && !lost.includes(text)) {
      lost.push(text)
      return 0
    }
    if (place !== 1) return 1
    doubled.push(text)
    return 2
  }
  return { copies, lost, doubled }
}

const isAck = (event: CallEvent) =>
  event.type === 'peer' && event.event.type === 'data' && String(event.event.data).includes('"ack"')

async function connect(alice: Participant, ines: IndependentClient, isCalledByInes: boolean): Promise<void> {
  if (isCalledByInes) {
    ines.call('alice')
    await alice.phase('ringing')
    alice.client.accept()
  } else {
    alice.client.call('ines')
    await ines.seen('ringing')
    ines.accept()
    await ines.seen('selected')
  }
  await Promise.all([alice.phase('connected'), ines.seen('connected 0')])
}

async function nextText({ client }: Participant): Promise<string> {
  const { text } = await until(texts(client), ({ from }) => from === 'remote', 'text')
  return text
}
