import { isDeepStrictEqual } from 'node:util'
import { createConnectionsByUser } from '../../../server/users/connections-by-user.ts'
import { readMessage } from '../../../server/messages/read-message.ts'
import type { RelaySocket } from '../../../server/relay-socket.ts'
import { routeMessage } from '../../../server/messages/route-message.ts'
import type { Party } from '../../../src/core/protocol/index.ts'
import { madeUp } from './made-up.ts'
import { decide } from './oracle.ts'
import { chanceOf } from './random.ts'

/** The outcomes of the messages of a run. */
export interface FuzzResult {
  readonly accepted: number
  readonly refused: number
  readonly tooLarge: number
  readonly delivered: number
}

const partyOf = (user: string, digit: string): Party => ({ user, party: digit.repeat(32) })
const everybody = [partyOf('alice', 'a'), partyOf('bob', 'b'), partyOf('bob', 'c'), partyOf('carol', 'a')]

/**
 * Makes up messages, mostly valid ones with something wrong in them, and has the relay check and route them. Throws at the first
 * that is not judged as the protocol says, is changed, or reaches anybody but its addressee. The error says how to reproduce it.
 */
export function fuzz(count: number, seed: number): FuzzResult {
  const chance = chanceOf(seed)
  const result = { accepted: 0, refused: 0, tooLarge: 0, delivered: 0 }
  const got: Party[] = []
  let stamps: unknown[] = []
  const sockets = everybody.map((self) => {
    const write = (frame: string) => {
      // Behind the type of the packet: Socket.IO protocol 5.
      const [, message] = JSON.parse(frame.slice(1)) as [string, { readonly from: unknown }]
      got.push(self)
      stamps.push(message.from)
    }
    const data = { self, backlog: { packets: 0 } }
    return { connected: true, conn: { write }, data } as unknown as RelaySocket
  })
  const addresses = createConnectionsByUser<RelaySocket>()
  for (const socket of sockets) addresses.add(socket.data.self, socket)
  const directory = {
    find: (to: Parameters<typeof addresses.find>[0]) => ({ local: addresses.find(to), remote: [] }),
    send: () => undefined,
  }

  for (let i = 0; i < count; i += 1) {
    const json = JSON.stringify(madeUp(chance))
    const input: unknown = JSON.parse(json)
    const fail = (what: string): never => {
      throw new Error(`message ${i} of seed ${seed} ${what}: ${json.slice(0, 2000)}`)
    }

    const wanted = decide(input)
    const read = readMessage(input)
    const decided = read.ok ? 'ok' : read.code
    if (decided !== wanted) fail(`was decided as ${decided} in the place of ${wanted}`)
    if (!read.ok) {
      result[decided === 'message-too-large' ? 'tooLarge' : 'refused'] += 1
      continue
    }
    if (JSON.stringify(read.message) !== json) fail('was changed')
    result.accepted += 1

    const sender = chance.pick(sockets)
    const { to } = read.message
    got.length = 0
    stamps = []
    const receipt = routeMessage(sender, read.message, directory)
    const meant = everybody.filter(
      (self) =>
        self !== sender.data.self &&
        self.user === to.user &&
        (to.party === undefined || to.party === self.party),
    )
    if (got.length !== meant.length || !meant.every((self) => got.includes(self)))
      fail('went to others than its addressee')
    if (receipt.ok !== meant.length > 0) fail('got a wrong receipt')
    if (!stamps.every((from) => isDeepStrictEqual(from, sender.data.self)))
      fail('was stamped with another sender')
    result.delivered += got.length
  }
  return result
}
