import { map } from 'rxjs'
import type { ClientState, Stages } from '../../../src/core/index.ts'
import { incomingInvites, type IncomingInviteSources } from '../../../src/core/stages/index.ts'

/** Decides about invites with other settings. */
export const decidingWith =
  (settings: Partial<IncomingInviteSources['settings']>): Stages['incomingInvites'] =>
  (sources, port, env) =>
    incomingInvites({ ...sources, settings: { ...sources.settings, ...settings } }, port, env)

/** Decides about invites by a mistaken view of the client's state. */
export const decidingBy =
  (mistake: (client: ClientState) => ClientState): Stages['incomingInvites'] =>
  (sources, port, env) =>
    incomingInvites({ ...sources, client$: sources.client$.pipe(map(mistake)) }, port, env)
