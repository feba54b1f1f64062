import { isOpen, type CallState, type OpenCall } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import type { MakeRule } from './rule.ts'

/**
 * A call uses exactly the features that both clients know. One that needs the relay is used only if the relay names it.
 * The feature may be missing, because a client may call before it is online.
 */
export const usesSharedFeatures: MakeRule = (report, { partner, relayFeatures }) => ({
  rested(client, now) {
    const call = client.state()
    if (!isOpen(call)) return
    const check = (party: string, used: readonly string[]) => {
      const { allowed, required } = shared(client, partner(party), relayFeatures)
      const alien = used.find((id) => !allowed.includes(id))
      const missing = required.find((id) => !used.includes(id))
      if (alien !== undefined) report(client, now, `uses ${alien}, which not everybody named`)
      if (missing !== undefined) report(client, now, `does not use ${missing}, which both sides know`)
    }
    if (call.phase === 'calling') {
      for (const { party } of call.contacts) check(party, call.contactFeatures?.[party] ?? [])
      return
    }
    const { party } = call.remote
    if (party === undefined) return
    check(party, call.features ?? [])
    const other = partner(party)?.state()
    // The other side may have given the call to another device.
    if (!isAnswered(call) || !other || !isAnswered(other) || !isCallWith(other, client, call.callId)) return
    if (named(call) !== named(other))
      report(client, now, `uses "${named(call)}", and the other side "${named(other)}"`)
  },
})

function shared(
  client: SimulatedClient,
  other: SimulatedClient | undefined,
  relayFeatures: readonly string[],
): { readonly allowed: readonly string[]; readonly required: readonly string[] } {
  const both = client.features.filter(({ id }) => other?.features.some((theirs) => theirs.id === id))
  const allowed = both.filter(({ id, usesRelay }) => !usesRelay || relayFeatures.includes(id))
  return {
    allowed: allowed.map(({ id }) => id),
    required: both.filter(({ usesRelay }) => !usesRelay).map(({ id }) => id),
  }
}

type AnsweredCall = Exclude<OpenCall, { readonly phase: 'calling' | 'ringing' }>

const isAnswered = (call: CallState): call is AnsweredCall =>
  isOpen(call) && call.phase !== 'calling' && call.phase !== 'ringing'

const isCallWith = (call: AnsweredCall, { self }: SimulatedClient, callId: string): boolean =>
  call.callId === callId && call.remote.party === self.party

const named = ({ features = [] }: AnsweredCall): string => [...features].sort().join(' ')
