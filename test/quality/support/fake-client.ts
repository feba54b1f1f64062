import { Subject } from 'rxjs'
import {
  CallError,
  isOpen,
  type CallAction,
  type CallClient,
  type CallEvent,
  type ClientState,
  type ConnectionStats,
  type MediaStatus,
  type QualityReport,
} from '../../../src/core/index.ts'
import { latestOf, select } from '../../../src/core/rx/behavior.ts'
import { initialState } from '../../../src/core/stages/index.ts'

export const sendsBoth: MediaStatus = { audio: 'on', video: 'camera', held: false }

/** The part of a client that functions over it use, driven by the test. */
export interface FakeClient {
  readonly client: CallClient
  readonly actions: readonly CallAction[]
  /** A call in this phase, with these changes of the state. */
  readonly become: (phase: ClientState['call']['phase'], changes?: Partial<ClientState>) => void
  readonly emit: (event: CallEvent) => void
  readonly close: () => void
}

/** `answer` is what the peer connection reports for each `measure`, or nothing. */
export function fakeClient(answer: () => ConnectionStats | undefined = () => undefined): FakeClient {
  const actions: CallAction[] = []
  const event$ = new Subject<CallEvent>()
  const latest = latestOf<ClientState>(initialState)
  const { behavior$: snapshot$ } = latest
  let isClosed = false
  const client = {
    snapshot$,
    state$: select(snapshot$, ({ call }) => call),
    event$,
    dispatch(action: CallAction) {
      if (isClosed) throw new CallError('closed', 'this client is closed')
      actions.push(action)
      event$.next({ type: 'action', action })
      const { call } = snapshot$.value
      if (action.type === 'media' && isOpen(call))
        latest.next({ ...snapshot$.value, call: { ...call, media: { ...call.media, ...action.change } } })
      if (action.type === 'mute') {
        const { muted } = snapshot$.value
        latest.next({ ...snapshot$.value, muted: { ...muted, [action.kind]: action.muted } })
      }
      const stats = action.type === 'measure' ? answer() : undefined
      if (stats) event$.next(peerEvent({ type: 'stats', stats }))
    },
  } as Partial<CallClient> as CallClient
  return {
    client,
    actions,
    become(phase, changes = {}) {
      const call = { phase, callId: 'call-1', media: { audio: true, video: true }, since: 0 }
      latest.next({ ...snapshot$.value, call: call as ClientState['call'], ...changes })
    },
    emit: (event) => event$.next(event),
    close() {
      isClosed = true
      latest.complete()
      event$.complete()
    },
  }
}

/** An event of the call's first peer connection, or of a later one. */
export const peerEvent = (event: Extract<CallEvent, { type: 'peer' }>['event'], epoch = 0): CallEvent => ({
  type: 'peer',
  callId: 'call-1',
  epoch,
  event,
})

/** The other side's report, as it arrives. */
export const reports = (report: QualityReport): CallEvent =>
  peerEvent({ type: 'data', data: JSON.stringify({ type: 'quality', ...report }) })
