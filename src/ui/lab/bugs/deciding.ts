import { map } from 'rxjs'
import type { ClientState, OpenCall, Stages } from 'rxcall'
import { incomingInvites, type IncomingInviteSources } from 'rxcall/stages'

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

type Calling = Extract<OpenCall, { readonly phase: 'calling' }>

/** The state of a client that is mistaken about the call that it makes. */
export function whileCalling(mistake: (call: Calling) => Calling): (client: ClientState) => ClientState {
  return (client) => (client.call.phase === 'calling' ? { ...client, call: mistake(client.call) } : client)
}
