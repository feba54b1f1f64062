import { concatMap, merge, type Observable } from 'rxjs'
import type { ClientState } from '../../client-state.ts'
import { CallError, type CallErrorCode } from '../../errors.ts'
import type { CallAction, CallEvent } from '../../events.ts'
import type { Env } from '../../ports/index.ts'
import { nameProblem } from '../../protocol/index.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import type { CallSettings } from '../../settings.ts'
import { isOpen } from '../state.ts'
import { callsItself, isOwnName, recognizeItself } from './own-name.ts'

export interface UserActionSources {
  readonly event$: Observable<CallEvent>
  /** Replays the latest. */
  readonly client$: Observable<ClientState>
  readonly settings: Pick<CallSettings, 'media'>
}

/**
 * Checks each action of the user against the state of the client. Emits `outgoing` for a call that may begin. Emits
 * an `error` for an action that has no call to act on. Emits one for a call to nobody, to the user's own name in any
 * spelling, or during another call. The open call's own stages carry out its actions.
 *
 * Also ends an outgoing call once the relay reports that the called name is this client's own.
 *
 * @example
 * const event$ = of<CallEvent>({ type: 'action', action: { type: 'call', user: 'bob' } })
 * userActions({ event$, client$, settings: defaultSettings }, env).subscribe() // emits `outgoing` to bob
 */
export function userActions(
  { event$, client$, settings }: UserActionSources,
  env: Pick<Env, 'id' | 'scheduler'>,
): Observable<CallEvent> {
  return merge(
    event$.pipe(
      ofType('connection'),
      withLatest(client$),
      concatMap(([{ connection }, { call }]) => recognizeItself(connection, call, env.scheduler.now())),
    ),
    event$.pipe(
      ofType('action'),
      withLatest(client$),
      concatMap(([{ action }, client]) => act(action, client, settings, env)),
    ),
  )
}

function act(
  action: CallAction,
  { call, connection, unavailable }: ClientState,
  settings: UserActionSources['settings'],
  env: Pick<Env, 'id'>,
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
      return call.phase === 'ringing' ? [] : [failed('not-ringing', `no incoming call to ${action.type}`)]
    case 'hang-up':
    case 'mute':
    case 'media':
    case 'hold':
    case 'send':
      return isOpen(call) ? [] : [failed('not-in-call', `there is no open call: ${action.type} needs one`)]
    case 'measure':
    case 'report-quality':
    case 'limit-sending':
    case 'close':
      return []
  }
}

const failed = (code: CallErrorCode, message: string): CallEvent => ({
  type: 'error',
  error: new CallError(code, message),
})
