import { concatMap, merge, scan, withLatestFrom, type Observable } from 'rxjs'
import { CallError, type CallErrorCode } from '../errors.ts'
import type { CallAction, CallEvent } from '../events.ts'
import type { ClientModel } from '../model.ts'
import { ofType } from '../operators.ts'
import type { Env } from '../ports/index.ts'
import { nameProblem, PROTOCOL_VERSION } from '../protocol/index.ts'
import type { Address, IncomingMessage, IncomingOf, OutgoingMessage } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'
import { keepEarly, mayBeEarly, takeEarly, type EarlyMessages } from './early.ts'
import { isOpen, type Calling, type OpenCall } from './state.ts'
import { isBuried } from './tombstones.ts'

export interface AdmissionSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly model$: Observable<ClientModel>
  readonly settings: Pick<CallSettings, 'media' | 'minRingMs' | 'ringMs'>
}

/**
 * Lets a client into at most one call. Emits `dialled` for a call that the user may begin and `rang` for an invite that
 * may ring; answers a third party with `busy`, and whoever goes on with a call that is over with `gone`; decides glare;
 * ends the call of somebody who calls again; keeps what comes before its invite; and refuses an action that has no call to
 * act on, with an `error` that says why.
 *
 * Glare is decided by the call ids, which both sides know: the lower one, in byte order, lives. A call whose invite is not
 * out yet always gives way.
 */
export function admission({ event$, model$, settings }: AdmissionSources, env: Env): Observable<CallEvent> {
  return merge(
    event$.pipe(
      ofType('action'),
      withLatestFrom(model$),
      concatMap(([{ action }, model]) => act(action, model, settings, env)),
    ),
    event$.pipe(
      ofType('received'),
      withLatestFrom(model$),
      scan(
        ({ early }, [{ message }, model]) => admit(message, model, early, settings, env.scheduler.now()),
        nothingYet,
      ),
      concatMap(({ outputs }) => outputs),
    ),
  )
}

interface Admitted {
  readonly early: EarlyMessages
  readonly outputs: readonly CallEvent[]
}

const nothingYet: Admitted = { early: [], outputs: [] }

function admit(
  message: IncomingMessage,
  model: ClientModel,
  early: EarlyMessages,
  settings: AdmissionSources['settings'],
  now: number,
): Admitted {
  if (message.type === 'invite') {
    const outputs = answerInvite(message, model, settings)
    if (!outputs.some(({ type }) => type === 'rang' || type === 'yielded')) return { early, outputs }
    const { taken, rest } = takeEarly(early, message, now)
    return { early: rest, outputs: [...outputs, ...taken.map(again)] }
  }
  const { call, tombstones } = model
  if (isOpen(call) && call.callId === message.callId) return { early, outputs: [] }
  const isOver = isBuried(tombstones, message.callId, message.from.user)
  if (!isOver && mayBeEarly(message)) return { early: keepEarly(early, message, now), outputs: [] }
  return { early, outputs: answerForeign(message) }
}

const again = (message: IncomingMessage): CallEvent => ({ type: 'received', message })

function act(
  action: CallAction,
  { call, connection, unavailable }: ClientModel,
  settings: AdmissionSources['settings'],
  env: Env,
): CallEvent[] {
  switch (action.type) {
    case 'call': {
      if (isOpen(call)) return [failed('already-in-call', 'a call is open already; hang up first')]
      if (unavailable) return [{ type: 'error', error: unavailable }]
      const problem = nameProblem(action.user)
      if (problem !== undefined) return [failed('invalid-name', `nobody can have that name: ${problem}`)]
      if (connection.status === 'online' && connection.self.user === action.user)
        return [failed('invalid-name', 'this is your own name; call somebody else')]
      const media = action.media ?? settings.media
      return [{ type: 'dialled', callId: env.id(), remote: { user: action.user }, media }]
    }
    case 'accept':
    case 'decline':
      return call.phase === 'ringing'
        ? []
        : [failed('not-ringing', `nothing rings that one could ${action.type}`)]
    case 'hang-up':
    case 'mute':
    case 'media':
    case 'hold':
    case 'send':
      return isOpen(call) ? [] : [failed('not-in-call', `there is no call for ${action.type}`)]
    case 'close':
      return []
  }
}

function answerInvite(
  invite: IncomingOf<'invite'>,
  { call, tombstones, unavailable }: ClientModel,
  { minRingMs, ringMs }: AdmissionSources['settings'],
): CallEvent[] {
  const { callId, from, body } = invite
  if (isBuried(tombstones, callId, from.user)) return []
  if (isOpen(call) && call.callId === callId) return []
  // Otherwise it would ring, and fail once it is accepted. Another device of this user may still take it.
  if (unavailable)
    return [
      dismissed(invite),
      { type: 'send', message: reply(invite, 'gone') },
      { type: 'error', error: unavailable },
    ]
  if (isOpen(call) && call.remote.user !== from.user)
    return [dismissed(invite), { type: 'send', message: reply(invite, 'busy') }]
  const left = (invite.ttlMs ?? ringMs) - invite.ageMs
  if (left < minRingMs) return [dismissed(invite)]
  if (call.phase === 'calling') {
    const yields = call.progress === 'capturing' || callId < call.callId
    return yields ? yieldTo(invite, call) : [dismissed(invite)]
  }
  // The very device that this call is with says so first if it has left it. Its invite is an old one, or comes again.
  if (isOpen(call) && call.remote.party === from.party) return []
  const rang: CallEvent = { type: 'rang', callId, remote: from, media: body.media, ringMs: left }
  return isOpen(call) ? [...replaced(call), rang] : [rang]
}

/** Both users call each other, and the call of this side gives way: what rings of it elsewhere stops. */
function yieldTo({ callId, from }: IncomingMessage, call: Calling): CallEvent[] {
  const stops = call.progress === 'capturing' ? [] : [{ user: call.remote.user }, ...call.contacts]
  return [
    // First, while the channels of that call are open.
    ...stops.map((to): CallEvent => ({ type: 'send', message: stop(call.callId, to) })),
    { type: 'yielded', callId: call.callId, to: callId, remote: from },
  ]
}

/** Who calls again has no part in the call before any more: the page was reloaded, for example. */
function replaced(call: OpenCall): CallEvent[] {
  const { callId, remote } = call
  const farewell: OutgoingMessage =
    call.phase === 'ringing'
      ? { v: PROTOCOL_VERSION, type: 'busy', callId, to: remote, body: {} }
      : { v: PROTOCOL_VERSION, type: 'hang-up', callId, to: remote, body: { reason: 'hung-up' } }
  const reason = call.phase === 'ringing' ? 'cancelled' : 'hung-up'
  return [
    { type: 'send', message: farewell },
    { type: 'ended', callId, reason, by: 'remote' },
  ]
}

const stop = (callId: string, to: Address): OutgoingMessage => ({
  v: PROTOCOL_VERSION,
  type: 'cancel',
  callId,
  to,
  body: { reason: 'answered-elsewhere' },
})

/** What comes of a message of a call that is not open. */
function answerForeign(message: IncomingMessage): CallEvent[] {
  switch (message.type) {
    case 'cancel':
    case 'hang-up':
      // The end of a call may overtake its beginning: an invite that comes after it must not ring.
      return [dismissed(message)]
    case 'ringing':
    case 'accept':
    case 'answer':
    case 'renegotiate':
      // Nobody need wait for a call that is over, or that gave way to another.
      return [{ type: 'send', message: reply(message, 'gone') }]
    default:
      return []
  }
}

const dismissed = ({ callId, from }: IncomingMessage): CallEvent => ({
  type: 'dismissed',
  invite: { callId, user: from.user },
})

const reply = ({ callId, from }: IncomingMessage, type: 'busy' | 'gone'): OutgoingMessage => ({
  v: PROTOCOL_VERSION,
  type,
  callId,
  to: from,
  body: {},
})

const failed = (code: CallErrorCode, message: string): CallEvent => ({
  type: 'error',
  error: new CallError(code, message),
})
