import { defaultSettings, isOpen, type CallEvent, type ClientState } from '../../../core/index.ts'
import { on, perClient, type EventType, type MakeRule } from './rule.ts'

/** An invite from another party of the open call's user. It waits for what the call's connection shows. */
export interface WaitingInvite {
  readonly callId: string
  readonly user: string
  /** The open call. */
  readonly during: string
  /** Since when it has waited, in awake time. */
  readonly since: number
}

const { minRingMs, ringMs, secondInviteMs, silenceMs } = defaultSettings

/** The events that may change the result of {@link waitingAfter}. */
export const waitingTypes = [
  'ended',
  'dismissed',
  'action',
  'received',
] as const satisfies readonly EventType[]

/** The invite that waits after `event`, if any. `waiting` is the one from before the event, `before` the model then. */
export function waitingAfter(
  waiting: WaitingInvite | undefined,
  event: CallEvent,
  before: ClientState,
  awake: number,
): WaitingInvite | undefined {
  if (waiting) {
    const isDecided =
      (event.type === 'ended' && event.callId === waiting.during) ||
      (event.type === 'dismissed' &&
        event.invite.callId === waiting.callId &&
        event.invite.user === waiting.user) ||
      (event.type === 'action' && event.action.type === 'close')
    return isDecided ? undefined : waiting
  }
  if (event.type !== 'received' || event.message.type !== 'invite') return undefined
  const { call, endedCalls } = before
  const { callId, from, ttlMs, ageMs } = event.message
  if (!isOpen(call) || call.phase === 'calling' || call.phase === 'ringing') return undefined
  if (call.remote.user !== from.user || call.remote.party === from.party || call.callId === callId)
    return undefined
  if (endedCalls.includes(callId) || endedCalls.includes(`${callId} ${from.user}`)) return undefined
  if ((ttlMs ?? ringMs) - ageMs < minRingMs) return undefined
  return { callId, user: from.user, during: call.callId, since: awake }
}

interface Past {
  waiting: WaitingInvite | undefined
  /** The invite dismissed at this moment. */
  dismissed: WaitingInvite | undefined
  /** The open peer connection. */
  epoch: number | undefined
  bytes: number | undefined
  /** How often it was measured since the invite arrived, if it has been open since then. */
  measures: number | undefined
  /** When something last arrived and when a track was last removed, in time awake. */
  arrivedAt: number
  removedAt: number
  /** The other side just sent something that may end the call. */
  isTold: boolean
}

/** How often the connection is measured, in milliseconds. One measurement may be lost to sleep. */
const LOOK_MS = 500
const TOLERANCE_MS = 2 * LOOK_MS
const farewells = ['hang-up', 'cancel', 'gone', 'decline', 'busy']

const types = [...waitingTypes, 'peer-opened', 'peer-closed', 'command', 'peer', 'send'] as const

/**
 * An invite of the open call's user from another party waits. It gets `busy` if bytes arrive over the call's
 * connection, and replaces the call otherwise. The decision is made in time.
 */
export const secondInvitesWait: MakeRule = (report) => {
  const pasts = perClient((): Past => ({
    waiting: undefined,
    dismissed: undefined,
    epoch: undefined,
    bytes: undefined,
    measures: undefined,
    arrivedAt: -Infinity,
    removedAt: -Infinity,
    isTold: false,
  }))
  return {
    events: on(types, (client, { event }, before, now) => {
      const past = pasts(client)
      const awake = client.awakeMs(now)
      const { waiting, epoch } = past
      if (event.type === 'peer-opened' || event.type === 'peer-closed') {
        past.epoch = event.type === 'peer-opened' ? event.epoch : undefined
        past.bytes = past.measures = undefined
      }
      if (event.type === 'command' && event.command.type === 'measure' && past.measures !== undefined)
        past.measures++
      if (event.type === 'peer' && event.event.type === 'received' && event.epoch === epoch) {
        const { bytes } = event.event
        if (past.bytes !== undefined && bytes > past.bytes) past.arrivedAt = awake
        past.bytes = bytes
      }
      if (event.type === 'peer' && event.event.type === 'track-removed') past.removedAt = awake
      if (event.type === 'received' && farewells.includes(event.message.type)) past.isTold = true
      past.waiting = waitingAfter(waiting, event, before, awake)
      if (past.waiting && !waiting) past.measures = past.epoch === undefined ? undefined : 0
      if (event.type === 'dismissed') past.dismissed = waiting
      if (event.type === 'send' && event.message.type === 'busy') {
        const { dismissed } = past
        if (dismissed?.callId === event.message.callId && awake - past.arrivedAt > silenceMs)
          report(client, now, 'a caller who calls again is busy, though nothing arrives over the old call')
      }
      if (event.type !== 'ended' || !waiting || event.callId !== waiting.during) return
      if (event.reason !== 'hung-up' || event.by !== 'remote' || past.isTold) return
      // For these reasons it may have ended anyway.
      if (past.epoch === undefined || awake - past.removedAt <= defaultSettings.trackGraceMs + TOLERANCE_MS)
        return
      const silent = awake - Math.max(waiting.since, past.arrivedAt)
      if (silent < silenceMs - TOLERANCE_MS)
        report(client, now, `another party replaces the call, over which bytes arrived ${silent} ms ago`)
      if (past.measures !== undefined && past.measures < 2)
        report(client, now, 'another party replaces the call, and nobody looked whether it is alive')
    }),
    rested(client, now) {
      const past = pasts(client)
      past.isTold = false
      past.dismissed = undefined
      if (past.waiting && client.awakeMs(now) - past.waiting.since > secondInviteMs + TOLERANCE_MS)
        report(client, now, 'a caller who calls again is left without an answer')
    },
  }
}
