import { BehaviorSubject } from 'rxjs'
import { noInvites, type InviteMemory } from './call/setup/incoming-invite.ts'
import { initialState, type ClientState } from './client-state.ts'

/**
 * What a client remembers while no call is open. A pipeline that begins with it continues where another one stopped.
 */
export interface ClientMemory {
  readonly state: ClientState
  /** Who called, and the verdicts of the port `callers` about them. The pipeline keeps it up to date. */
  readonly invites$: BehaviorSubject<InviteMemory>
  /** The number of channels to other parties. What they hold is not remembered, so a pipeline should stop at 0. */
  readonly channels$: BehaviorSubject<number>
}

/** The memory of a new client. */
export const noMemory = (): ClientMemory => ({
  state: initialState,
  invites$: new BehaviorSubject(noInvites),
  channels$: new BehaviorSubject(0),
})
