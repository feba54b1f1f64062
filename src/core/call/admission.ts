import { concatMap, merge, withLatestFrom, type Observable } from 'rxjs'
import { CallError, type CallErrorCode } from '../errors.ts'
import type { CallAction, CallEvent } from '../events.ts'
import type { ClientModel } from '../model.ts'
import { ofType } from '../operators.ts'
import type { Env } from '../ports/index.ts'
import { parse, PROTOCOL_VERSION, UserName } from '../protocol/index.ts'
import type { IncomingMessage, IncomingOf, OutgoingMessage } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'
import { isOpen } from './state.ts'
import { isBuried } from './tombstones.ts'

export interface AdmissionSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly model$: Observable<ClientModel>
  readonly settings: Pick<CallSettings, 'media' | 'minRingMs' | 'ringMs'>
}

/**
 * Lets a client into at most one call. Emits `dialled` for a call that the user may begin and `rang` for an invite that
 * may ring; answers a third party with `busy`, and an `accept` that comes too late with `gone`; decides glare; and refuses an action that has no call to act on, with an
 * `error` that says why.
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
      concatMap(([{ message }, model]) => {
        if (message.type === 'invite') return answerInvite(message, model, settings)
        if (message.type === 'accept') return answerAccept(message, model)
        return message.type === 'cancel' || message.type === 'hang-up' ? forgo(message, model) : []
      }),
    ),
  )
}

function act(
  action: CallAction,
  { call, connection }: ClientModel,
  settings: AdmissionSources['settings'],
  env: Env,
): CallEvent[] {
  switch (action.type) {
    case 'call': {
      if (isOpen(call)) return [failed('already-in-call', 'a call is open already; hang up first')]
      const user = parse(UserName, action.user)
      if (!user.ok) return [failed('invalid-name', `nobody can have that name: ${user.problem}`)]
      if (connection.status === 'online' && connection.self.user === action.user)
        return [failed('invalid-name', 'this is your own name; call somebody else')]
      const media = action.media ?? settings.media
      return [{ type: 'dialled', callId: env.id(), remote: { user: user.value }, media }]
    }
    case 'accept':
    case 'decline':
      return call.phase === 'ringing'
        ? []
        : [failed('not-ringing', `nothing rings that one could ${action.type}`)]
    case 'hang-up':
    case 'mute':
    case 'send':
      return isOpen(call) ? [] : [failed('not-in-call', `there is no call for ${action.type}`)]
    case 'close':
      return []
  }
}

function answerInvite(
  invite: IncomingOf<'invite'>,
  { call, tombstones }: ClientModel,
  { minRingMs, ringMs }: AdmissionSources['settings'],
): CallEvent[] {
  const { callId, from, body } = invite
  if (isBuried(tombstones, callId, from.user)) return []
  if (isOpen(call)) {
    if (call.callId === callId) return []
    if (call.phase !== 'calling' || call.remote.user !== from.user)
      return [dismissed(invite), { type: 'send', message: reply(invite, 'busy') }]
    const yields = call.progress === 'capturing' || callId < call.callId
    return yields ? [{ type: 'yielded', callId: call.callId, to: callId, remote: from }] : [dismissed(invite)]
  }
  const left = (invite.ttlMs ?? ringMs) - invite.ageMs
  if (left < minRingMs) return [dismissed(invite)]
  return [{ type: 'rang', callId, remote: from, media: body.media, ringMs: left }]
}

/** The end of a call may overtake its beginning: an invite that comes after it must not ring. */
function forgo(message: IncomingMessage, { call }: ClientModel): CallEvent[] {
  return isOpen(call) && call.callId === message.callId ? [] : [dismissed(message)]
}

/** Whoever accepts a call that is over, or that gave way to another, need not wait for it. */
function answerAccept(message: IncomingOf<'accept'>, { call }: ClientModel): CallEvent[] {
  return isOpen(call) && call.callId === message.callId
    ? []
    : [{ type: 'send', message: reply(message, 'gone') }]
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
