import { BehaviorSubject, merge, type Observable } from 'rxjs'
import {
  defaultSettings,
  everybody,
  type CallersPort,
  type CallAction,
  type CallEvent,
  type CallState,
  type ClientState,
  type Env,
  type Feature,
  type IncomingMessage,
} from '../../../src/core/index.ts'
import {
  incomingInvites,
  initialState,
  strayMessages,
  userActions,
  type IncomingInviteSources,
  type UserActionSources,
} from '../../../src/core/stages/index.ts'
import { errorOf } from './errors.ts'
import { marbleTest } from './marble-test.ts'
import { alice, callId } from './parties.ts'
import { everyState } from './states.ts'

/** Settings under which the calls of strangers ring for their whole time: every caller is a stranger in these tests. */
export const settings = { ...defaultSettings, strangerRingMs: defaultSettings.ringMs * 5 }

/** The stages that decide which call a client is in, side by side as in the pipeline. */
export const setupStages = (
  sources: IncomingInviteSources & UserActionSources,
  env: Env,
  callers: CallersPort = everybody,
): Observable<CallEvent> =>
  merge(userActions(sources, env), strayMessages(sources), incomingInvites(sources, callers, env))

export const acts = (action: CallAction): CallEvent => ({ type: 'action', action })
export const receives = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
export const model = (call: CallState): ClientState => ({
  ...initialState,
  connection: { status: 'online', self: alice },
  call,
})
export const refusal = (code: Parameters<typeof errorOf>[0]) => ({ type: 'error', error: errorOf(code) })
export const dismisses = (id = callId, user = 'bob') => ({
  type: 'dismissed',
  invite: { callId: id, user },
})

export const states = Object.entries(everyState)
export const open = states.filter(([name]) => name !== 'idle' && name !== 'ended')
export const free = states.filter(([name]) => name === 'idle' || name === 'ended')

/** Checks what one event leads to, in this order, in a client whose call is in this state. */
export const decides = (
  state: CallState,
  event: CallEvent,
  outcomes: unknown,
  given = model(state),
  features: readonly Feature[] = [],
) => {
  marbleTest(({ hot, env, expectObservable }) => {
    const event$ = hot('        --e--', { e: event })
    const all: unknown[] = outcomes === undefined ? [] : Array.isArray(outcomes) ? outcomes : [outcomes]
    const symbols = all.map((_, index) => String(index)).join('')
    const expected = all.length === 0 ? '-----' : `--(${symbols})`
    const sources = { event$, client$: new BehaviorSubject(given), settings, features }
    expectObservable(setupStages(sources, env)).toBe(expected, all)
  })()
}
