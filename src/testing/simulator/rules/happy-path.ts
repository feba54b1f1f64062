import { defaultSettings, type CallEvent } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { on, type MakeRule } from './rule.ts'

type End = Extract<CallEvent, { type: 'ended' }> & { readonly client: SimulatedClient; readonly at: number }

/** The time from one client to the other, in milliseconds, with a little to spare. */
const LEG_MS = 15
/**
 * The time from the silent end of a device's ringing until the caller's call ends without other devices. `ringing` may
 * still be in flight. Anything that the caller sends until `gone` arrives is answered with `gone`. After the last
 * `gone`, another device may ring for a while.
 */
const GONE_MS = 4 * LEG_MS + defaultSettings.settleMs
/** The time from the answer to the connection, without the cameras' time, in milliseconds, with plenty to spare. */
const CONNECT_MS = 500

/** If nothing goes wrong, an answered call connects, and both sides agree why it ended. */
export const happyPathConnects: MakeRule = (report, { happyPath, partner }) => {
  if (!happyPath) return {}
  const ends = new Map<string, End[]>()
  const connecting = new Map<SimulatedClient, number>()
  return {
    changed(client, { state: { call } }, before, now) {
      if (call.phase !== 'connecting') connecting.delete(client)
      else if (before.call.phase !== 'connecting') connecting.set(client, now)
    },
    events: on(['ended'], (client, { event }, _, now) => {
      if (event.reason === 'failed') report(client, now, `failed: ${event.error?.message ?? ''}`)
      ends.set(event.callId, [...(ends.get(event.callId) ?? []), { ...event, client, at: now }])
    }),
    rested(client, now) {
      const since = connecting.get(client)
      const call = client.state()
      if (since === undefined || call.phase !== 'connecting') return
      const theirs = partner(call.remote.party)
      const slowest = Math.max(client.slowestCaptureMs(), theirs?.slowestCaptureMs() ?? Infinity)
      if (now - since > CONNECT_MS + slowest)
        report(client, now, `answered ${now - since} ms ago and not connected`)
    },
    over(clients, now) {
      for (const all of ends.values())
        for (const end of all) {
          const problem = end.by === 'remote' ? unexplained(end, all) : unheard(end, all, clients)
          if (problem !== undefined) report(end.client, now, problem)
        }
    },
  }

  /** A remote end has to match how the other side ended the call. */
  function unexplained(end: End, all: readonly End[]): string | undefined {
    // The other call answers one that lost glare.
    const own = ['unreachable', 'busy', 'answered-elsewhere']
    if (own.includes(end.reason)) return undefined
    const cause = all.find(
      ({ client, by, reason }) => client !== end.client && by === 'local' && reason === end.reason,
    )
    return cause ? undefined : `${end.reason} by the other side, where it did not end so`
  }

  /** A local end has to reach the other side, which was in the call. */
  function unheard(end: End, all: readonly End[], clients: readonly SimulatedClient[]): string | undefined {
    const deaf = clients.find((client) => {
      const call = client.state()
      return (
        client !== end.client &&
        'callId' in call &&
        call.callId === end.callId &&
        call.phase !== 'ended' &&
        !call.remote.party?.localeCompare(end.client.self.party)
      )
    })
    if (deaf) return `ended as ${end.reason}, and ${deaf.self.user} is still in the call`
    const late = all.find(
      ({ client, by, at, reason }) =>
        client !== end.client &&
        by === 'remote' &&
        at > end.at + (reason === 'unreachable' ? GONE_MS : LEG_MS),
    )
    return late && isFirst(end, all)
      ? `${late.client.self.user} heard of the end ${late.at - end.at} ms later`
      : undefined
  }
}

const isFirst = (end: End, all: readonly End[]) => all.every(({ at }) => at >= end.at)
