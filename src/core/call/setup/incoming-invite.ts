import { concatMap, merge, scan, type Observable } from 'rxjs'
import type { ClientState } from '../../client-state.ts'
import type { CallEvent } from '../../events.ts'
import type { Env } from '../../ports/index.ts'
import { namedFeatures, type Feature, type IncomingMessage } from '../../protocol/index.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import { follow, followed, nobodyCalled, type Callers } from './callers.ts'
import { decideInvite } from './decide-invite.ts'
import { keepEarly, takeEarly, type EarlyMessages } from './early-messages.ts'
import { secondInvites, type ReviewedInvite, type SecondInviteSources } from './second-invite.ts'
import { strayOf } from './stray-messages.ts'

export interface IncomingInviteSources extends SecondInviteSources {
  /** The features that this side knows; none by default. */
  readonly features?: readonly Feature[]
}

/**
 * Lets a client into at most one call. Emits what {@link decideInvite} decides about each invite: `incoming` if it
 * rings, `yielded` if it wins glare, and otherwise the reply. Messages that overtook their invite are buffered, and
 * emitted again as `received` once the invite is let in. It remembers callers, so that strangers and declined users
 * ring only so often.
 *
 * If another party of the open call's user calls, the invite waits. The call's connection then shows whether that call
 * is alive: see {@link secondInvites}, whose commands it emits as well.
 */
export function incomingInvites(
  { event$, client$, settings, features = [] }: IncomingInviteSources,
  env: Env,
): Observable<CallEvent> {
  return merge(
    event$.pipe(ofType('received', ...followed)),
    secondInvites({ event$, client$, settings }, env),
  ).pipe(
    withLatest(client$),
    scan(
      (memory, [input, client]) =>
        takeIn(memory, input, { client, settings, features, now: env.scheduler.now() }),
      nothingYet,
    ),
    concatMap(({ outputs }) => outputs),
  )
}

interface Memory {
  readonly early: EarlyMessages
  readonly callers: Callers
  /** What the last input led to. */
  readonly outputs: readonly CallEvent[]
}

const nothingYet: Memory = { early: [], callers: nobodyCalled, outputs: [] }

interface Context {
  readonly client: ClientState
  readonly settings: IncomingInviteSources['settings']
  readonly features: readonly Feature[]
  readonly now: number
}

function takeIn(memory: Memory, input: CallEvent | ReviewedInvite, context: Context): Memory {
  const { client, settings, now } = context
  switch (input.type) {
    case 'received':
      return receive(memory, input.message, context)
    case 'reviewed':
      return receive(memory, input.invite, context, input.isSilent)
    case 'outgoing':
    case 'incoming':
    case 'answered':
    case 'ended':
      return {
        ...memory,
        callers: follow(memory.callers, input, { call: client.call, settings, now }),
        outputs: [],
      }
    default:
      return { ...memory, outputs: [input] }
  }
}

function receive(memory: Memory, message: IncomingMessage, context: Context, isSilent?: boolean): Memory {
  const { early, callers } = memory
  const { client, features: known, now } = context
  if (message.type !== 'invite')
    return strayOf(message, client) === 'keep'
      ? { ...memory, early: keepEarly(early, message, now), outputs: [] }
      : { ...memory, outputs: [] }
  const features = namedFeatures(known, client.connection)
  const outputs = decideInvite(message, { ...context, callers, isSilent, features })
  if (!outputs.some(({ type }) => type === 'incoming' || type === 'yielded')) return { ...memory, outputs }
  const { taken, rest } = takeEarly(early, message, now)
  return { ...memory, early: rest, outputs: [...outputs, ...taken.map(again)] }
}

const again = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
