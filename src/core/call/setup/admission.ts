import { concatMap, merge, scan, withLatestFrom, type Observable } from 'rxjs'
import { CallError, type CallErrorCode } from '../../errors.ts'
import type { CallAction, CallEvent } from '../../events.ts'
import type { ClientState } from '../../client-state.ts'
import { ofType } from '../../rx/operators.ts'
import type { Env } from '../../ports/index.ts'
import { nameProblem } from '../../protocol/index.ts'
import type { IncomingMessage } from '../../protocol/index.ts'
import type { CallSettings } from '../../settings.ts'
import { follow, followed, nobodyCalled, type Callers } from './callers.ts'
import { keepEarly, takeEarly, type EarlyMessages } from './early-messages.ts'
import { answerInvite, dismissed, reply } from './incoming-invite.ts'
import { secondInvites, type ReviewedInvite, type SecondInviteSources } from './second-invite.ts'
import { callsItself, isOwnName, recognizeItself } from './own-name.ts'
import { isOpen } from '../state.ts'
import { hasEnded } from './ended-calls.ts'
import { strayReply } from './stray-messages.ts'

export interface AdmissionSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly model$: Observable<ClientState>
  readonly settings: SecondInviteSources['settings'] & Pick<CallSettings, 'media'>
}

/**
 * Lets a client into at most one call. Emits `outgoing` for a call that the user may begin and `incoming` for an invite that may ring;
 * answers a third party with `busy`, and a party that goes on with a call that is over with `gone`; decides glare; lets strangers
 * and declined users ring only so often; keeps messages that come before their invite; and refuses an action that has no call to
 * act on, and a call to the user's own name in any spelling, with an `error` that says why.
 *
 * If another party of the open call's user calls, the invite waits until the call's connection shows whether that call is alive:
 * see {@link secondInvites}, whose commands it emits as well.
 *
 * Glare is decided by the call ids, which both sides know: the lower one, in byte order, lives. A call whose invite is not
 * out yet always gives way.
 */
export function admission({ event$, model$, settings }: AdmissionSources, env: Env): Observable<CallEvent> {
  return merge(
    event$.pipe(
      ofType('connection'),
      withLatestFrom(model$),
      concatMap(([{ connection }, { call }]) => recognizeItself(connection, call)),
    ),
    event$.pipe(
      ofType('action'),
      withLatestFrom(model$),
      concatMap(([{ action }, model]) => act(action, model, settings, env)),
    ),
    merge(
      event$.pipe(ofType('received', ...followed)),
      secondInvites({ event$, model$, settings }, env),
    ).pipe(
      withLatestFrom(model$),
      scan(
        (admitted, [input, model]) => admit(admitted, input, { model, settings, now: env.scheduler.now() }),
        nothingYet,
      ),
      concatMap(({ outputs }) => outputs),
    ),
  )
}

interface Admitted {
  readonly early: EarlyMessages
  readonly callers: Callers
  readonly outputs: readonly CallEvent[]
}

const nothingYet: Admitted = { early: [], callers: nobodyCalled, outputs: [] }

interface Context {
  readonly model: ClientState
  readonly settings: AdmissionSources['settings']
  readonly now: number
}

function admit(admitted: Admitted, input: CallEvent | ReviewedInvite, context: Context): Admitted {
  switch (input.type) {
    case 'received':
      return receive(admitted, input.message, context)
    case 'reviewed':
      return receive(admitted, input.invite, context, input.isSilent)
    case 'outgoing':
    case 'incoming':
    case 'answered':
    case 'ended':
      return {
        ...admitted,
        callers: follow(admitted.callers, input, context.settings, context.now),
        outputs: [],
      }
    default:
      return { ...admitted, outputs: [input] }
  }
}

function receive(
  admitted: Admitted,
  message: IncomingMessage,
  context: Context,
  isSilent?: boolean,
): Admitted {
  const { early, callers } = admitted
  const { model, now } = context
  if (message.type === 'invite') {
    const outputs = answerInvite(message, { ...context, callers, isSilent })
    if (!outputs.some(({ type }) => type === 'incoming' || type === 'yielded'))
      return { ...admitted, outputs }
    const { taken, rest } = takeEarly(early, message, now)
    return { ...admitted, early: rest, outputs: [...outputs, ...taken.map(again)] }
  }
  const { call, endedCalls } = model
  if (isOpen(call) && call.callId === message.callId) return { ...admitted, outputs: [] }
  const isOver = hasEnded(endedCalls, message.callId, message.from.user)
  switch (strayReply(message.type, isOver ? 'over' : 'unknown', true)) {
    case 'keep':
      return { ...admitted, early: keepEarly(early, message, now), outputs: [] }
    case 'dismiss':
      return { ...admitted, outputs: [dismissed(message)] }
    case 'gone':
      return { ...admitted, outputs: [{ type: 'send', message: reply(message, 'gone') }] }
    default:
      return { ...admitted, outputs: [] }
  }
}

const again = (message: IncomingMessage): CallEvent => ({ type: 'received', message })

function act(
  action: CallAction,
  { call, connection, unavailable }: ClientState,
  settings: AdmissionSources['settings'],
  env: Env,
): CallEvent[] {
  switch (action.type) {
    case 'call': {
      if (isOpen(call)) return [failed('already-in-call', 'a call is open already; hang up first')]
      if (unavailable) return [{ type: 'error', error: unavailable }]
      const problem = nameProblem(action.user)
      if (problem !== undefined) return [failed('invalid-name', `nobody can have that name: ${problem}`)]
      if (isOwnName(action.user, connection)) return [{ type: 'error', error: callsItself() }]
      const media = action.media ?? settings.media
      return [{ type: 'outgoing', callId: env.id(), remote: { user: action.user }, media }]
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

const failed = (code: CallErrorCode, message: string): CallEvent => ({
  type: 'error',
  error: new CallError(code, message),
})
