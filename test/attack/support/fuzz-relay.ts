import { mergeMap, range, lastValueFrom } from 'rxjs'
import type { OutgoingMessage } from '../../../src/core/protocol/index.ts'
import { connect } from '../../relay/support/relay-fixture.ts'
import type { Ledger } from './ledger.ts'
import { madeUp } from './made-up.ts'
import { decide } from './oracle.ts'
import { chanceOf } from './random.ts'
import type { Target } from './target.ts'

export interface RelayFuzzOptions {
  /** The call whose id the messages have, unless a mutation changed it. */
  readonly callId: string
  readonly seed: number
  /** Where each message that is routed is noted. */
  readonly ledger: Ledger
  /** Connections, of ten users, and what each of them sends. */
  readonly connections: number
  readonly each: number
}

export interface RelayFuzzResult {
  readonly sent: number
  readonly routed: number
  readonly refused: number
  readonly limited: number
}

/** How many are connected at once, one for each user. */
const USERS = 10
/** A longer packet, or more bytes at once, would end the connection. Both are separate attacks. */
const MAX_BYTES = 96 * 1024 - 100
const MAX_BYTES_AT_ONCE = 900_000

/**
 * Sends made-up messages through a relay, each over one of many connections, in turn from each of `targets`. Rejects at
 * the first message that is not judged as the protocol says, except for rate limits. The error has the seed, and the
 * message.
 */
export async function fuzzRelay(
  targets: readonly Target[],
  { callId, seed, ledger, connections, each }: RelayFuzzOptions,
): Promise<RelayFuzzResult> {
  const chance = chanceOf(seed)
  const counts = { sent: 0, routed: 0, refused: 0, limited: 0 }
  const send = async (n: number): Promise<void> => {
    const target = chance.pick(targets)
    const claim = await target.claim(`mallory ${n % USERS}`)
    const client = await connect(target.url, claim.name, claim)
    let atOnce = 0
    const inputs = Array.from({ length: each }, () => JSON.stringify(madeUp(chance, callId)))
      .filter((json) => Buffer.byteLength(json) < MAX_BYTES)
      .filter((json) => (atOnce += Buffer.byteLength(json)) < MAX_BYTES_AT_ONCE)
      .map((json) => JSON.parse(json) as unknown)
    const receipts = await Promise.all(inputs.map((input) => client.send(input as OutgoingMessage)))
    counts.sent += inputs.length
    for (const [i, receipt] of receipts.entries()) {
      const input = inputs[i]
      const wanted = decide(input)
      const got = receipt.ok || receipt.code === 'unreachable' ? 'ok' : receipt.code
      if (got === 'too-many-messages' || got === 'too-many-invites') counts.limited += 1
      else if (got !== wanted)
        throw new Error(
          `a message of seed ${seed} was decided as ${got} in the place of ${wanted}: ${JSON.stringify(input).slice(0, 2000)}`,
        )
      else if (receipt.ok) {
        counts.routed += 1
        ledger.note(client.self, input)
      } else counts.refused += 1
    }
    client.socket.disconnect()
  }
  await lastValueFrom(range(connections).pipe(mergeMap(send, USERS)), { defaultValue: undefined })
  return counts
}
