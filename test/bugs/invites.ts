import { filter, map, type Observable } from 'rxjs'
import { everybody } from '../../src/core/ports/index.ts'
import type { ClientState } from '../../src/core/index.ts'
import { incomingInvites, strayMessages, userActions } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { decidingBy, decidingWith } from '../../src/ui/lab/bugs/deciding.ts'
import { withoutSending, withoutTypes } from '../../src/ui/lab/bugs/outputs.ts'

/** Bugs in the allowed actions of the user, and in the decision about invites. */
export const inviteBugs: readonly Bug[] = [
  {
    name: 'never-says-busy',
    why: 'whoever calls during a call hears it ring until nobody answers',
    breaks: 'follows-protocol',
    stages: {
      incomingInvites: (sources, port, env) =>
        incomingInvites(sources, port, env).pipe(withoutSending('busy')),
    },
  },
  {
    name: 'rings-for-whom-it-refuses',
    why: 'a blocked user rings the phone all the same',
    breaks: 'obeys-callers',
    stages: {
      incomingInvites: (sources, _port, env) => incomingInvites(sources, everybody, env),
    },
  },
  {
    name: 'rings-for-ended-calls',
    why: 'a late duplicate of an invite rings again',
    breaks: 'ends-once',
    stages: { incomingInvites: decidingBy((client) => ({ ...client, endedCalls: [] })) },
  },
  {
    name: 'rings-for-expired-invites',
    why: 'the phone rings for somebody who has given up',
    breaks: 'follows-protocol',
    stages: { incomingInvites: decidingWith({ minRingMs: -Infinity }) },
  },
  {
    name: 'rings-for-a-cancelled-invite',
    why: 'the phone rings for a call whose end overtook its invite',
    breaks: 'follows-protocol',
    stages: { strayMessages: (sources) => strayMessages(sources).pipe(withoutTypes('dismissed')) },
  },
  {
    name: 'loses-early-messages',
    why: 'an offer that overtakes its invite is lost',
    breaks: 'delivers-exactly-once',
    stages: {
      incomingInvites: (sources, port, env) =>
        incomingInvites(sources, port, env).pipe(withoutTypes('received')),
    },
  },
  {
    name: 'keeps-a-dead-call',
    why: 'a user whose page crashed finds the old call busy',
    breaks: 'second-invites-wait',
    stages: { incomingInvites: decidingWith({ silenceMs: Infinity }) },
  },
  {
    name: 'decides-about-a-second-invite-late',
    why: 'a user who calls from another device waits for a minute',
    breaks: 'second-invites-wait',
    stages: { incomingInvites: decidingWith({ secondInviteMs: 60_000 }) },
  },
  {
    name: 'calls-its-own-name',
    why: 'a user can ring at the own devices',
    breaks: 'follows-protocol',
    stages: {
      userActions: (sources, env) => userActions({ ...sources, client$: nameless(sources.client$) }, env),
    },
  },
  {
    name: 'ignores-a-second-call',
    why: 'calling during a call does nothing, and nobody is told why',
    breaks: 'follows-protocol',
    stages: {
      userActions: (sources, env) =>
        userActions(sources, env).pipe(
          filter((event) => event.type !== 'error' || event.error.code !== 'already-in-call'),
        ),
    },
  },
]

const nameless = (client$: Observable<ClientState>) =>
  client$.pipe(map((client): ClientState => ({ ...client, connection: { status: 'connecting' } })))
