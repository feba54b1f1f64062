import { defaultSettings, isOpen, type CallEvent, type CallState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Wait {
  /** The awaited phase of one call. */
  readonly name: string
  readonly limit: number
  /** When it began, in world time and in awake time. */
  readonly at: number
  readonly awake: number
}

type End = Extract<CallEvent, { type: 'ended' }>

/** No call rings or connects for longer than its timeout while its client is awake, and none gives up early. */
export const respectsTimeouts: MakeRule = (report) => {
  const past = perClient(() => ({ wait: undefined as Wait | undefined, ringMs: 0, otherAt: -1 }))
  return {
    events: on(['incoming', 'received', 'ended'], (client, { event }, before, now) => {
      const mine = past(client)
      if (event.type === 'incoming') mine.ringMs = event.ringMs
      // Another rule checks who takes over from a ringing caller.
      if (event.type === 'received' && event.message.type === 'invite' && before.call.phase === 'ringing')
        if (event.message.from.user !== before.call.remote.user) mine.otherAt = now
      if (event.type === 'ended' && mine.otherAt !== now) {
        const early = givesUpEarly(event, before.call, mine.wait, now)
        if (early !== undefined) report(client, now, early)
      }
    }),
    changed(client, { state }, before, now) {
      if (state.call === before.call) return
      const mine = past(client)
      const name = nameOf(state.call)
      if (name === mine.wait?.name) return
      const limit = limitOf(state.call, mine.ringMs)
      mine.wait = name === undefined ? undefined : { name, limit, at: now, awake: client.awakeMs(now) }
    },
    rested(client, now) {
      const { wait } = past(client)
      if (wait && client.awakeMs(now) - wait.awake > wait.limit)
        report(client, now, `${wait.name} for longer than ${wait.limit} ms`)
    },
  }
}

function givesUpEarly(event: End, before: CallState, wait: Wait | undefined, now: number) {
  if (event.by !== 'local') return undefined
  const rangOut = event.reason === 'no-answer'
  if (!rangOut && event.error?.code !== 'connection-timeout') return undefined
  const fits = rangOut
    ? before.phase === 'calling' || before.phase === 'ringing'
    : before.phase === 'connecting'
  if (!fits || !wait) return `ended as ${event.reason} while ${before.phase}`
  return now - wait.at < wait.limit
    ? `ended as ${event.reason} ${wait.limit - now + wait.at} ms early`
    : undefined
}

function nameOf(call: CallState): string | undefined {
  if (!isOpen(call) || call.phase === 'connected') return undefined
  if (call.phase === 'calling' && call.progress === 'capturing') return undefined
  return `${call.phase} ${call.callId}`
}

function limitOf({ phase }: CallState, ringMs: number): number {
  if (phase === 'connecting') return defaultSettings.connectMs
  // That time is counted in steps of a second.
  if (phase === 'reconnecting') return defaultSettings.recovery.giveUpMs + 1_000
  return phase === 'ringing' ? ringMs : defaultSettings.ringMs
}
