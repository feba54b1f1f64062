import { BehaviorSubject, concatMap, defer, merge, scan, tap, type Observable } from 'rxjs'
import type { ClientState } from '../../client-state.ts'
import type { CallEvent } from '../../events.ts'
import type { CallersPort, Env } from '../../ports/index.ts'
import { namedFeatures, type Feature, type IncomingMessage, type IncomingOf } from '../../protocol/index.ts'
import { withLatest } from '../../rx/behavior.ts'
import { ofType } from '../../rx/operators.ts'
import { follow, followed, nobodyCalled, type Callers } from './callers.ts'
import {
  askAbout,
  ignoredInvite,
  mayHearRinging,
  noVerdicts,
  type CallerVerdicts,
} from './caller-verdicts.ts'
import { decideInvite, isSpent, type InviteContext } from './decide-invite.ts'
import { keepEarly, takeEarly, type EarlyMessages } from './early-messages.ts'
import { dismissed, ringUnheard } from './replies.ts'
import { secondInvites, type ReviewedInvite, type SecondInviteSources } from './second-invite.ts'
import { strayOf } from './stray-messages.ts'

export interface IncomingInviteSources extends SecondInviteSources {
  /** The features that this side knows; none by default. */
  readonly features?: readonly Feature[]
  /** What this stage remembers. It starts from the latest value, and pushes each new one. Empty by default. */
  readonly memory$?: BehaviorSubject<InviteMemory>
}

/** What a client remembers about its callers. Plain data. */
export interface InviteMemory {
  readonly callers: Callers
  readonly verdicts: CallerVerdicts
}

export const noInvites: InviteMemory = { callers: nobodyCalled, verdicts: noVerdicts }

/**
 * Lets a client into at most one call. Emits what {@link decideInvite} decides about each invite: `incoming` if it
 * rings, `yielded` if it wins glare, and otherwise the reply. Messages that overtook their invite are buffered, and
 * emitted again as `received` once the invite is let in. Asks `port` who may call, once for each invite. Remembers
 * callers, to limit how often strangers and declined users ring.
 *
 * If another party of the open call's user calls, the invite waits. The call's connection then shows whether that call
 * is alive: see {@link secondInvites}, whose commands it emits as well.
 *
 * @example
 * const sources = { event$, client$, settings: defaultSettings }
 * incomingInvites(sources, everybody, env).subscribe() // emits `incoming` when bob calls
 */
export function incomingInvites(
  {
    event$,
    client$,
    settings,
    features = [],
    memory$ = new BehaviorSubject(noInvites),
  }: IncomingInviteSources,
  port: CallersPort,
  env: Env,
): Observable<CallEvent> {
  const decided$ = defer(() =>
    merge(
      event$.pipe(ofType('received', ...followed)),
      secondInvites({ event$, client$, settings }, env),
    ).pipe(
      withLatest(client$),
      scan(
        (memory, [input, client]) =>
          takeIn(memory, input, { client, settings, features, port, now: env.scheduler.now() }),
        begin(memory$.value),
      ),
    ),
  )
  return decided$.pipe(
    tap(({ callers, verdicts }) => {
      const { value } = memory$
      if (callers !== value.callers || verdicts !== value.verdicts) memory$.next({ callers, verdicts })
    }),
    concatMap(({ outputs }) => outputs),
  )
}

interface Memory extends InviteMemory {
  readonly early: EarlyMessages
  /** What the last input led to. */
  readonly outputs: readonly CallEvent[]
}

const begin = (remembered: InviteMemory): Memory => ({ ...remembered, early: [], outputs: [] })

interface Context {
  readonly client: ClientState
  readonly settings: IncomingInviteSources['settings']
  readonly features: readonly Feature[]
  readonly port: CallersPort
  readonly now: number
}

function takeIn(memory: Memory, input: CallEvent | ReviewedInvite, context: Context): Memory {
  const { client, settings, now } = context
  switch (input.type) {
    case 'received':
      return receive(memory, input.message, context)
    case 'reviewed':
      // It came during a call with that user, about whom the port is not asked.
      return decide({ ...memory, outputs: [] }, input.invite, context, { isSilent: input.isSilent })
    case 'outgoing':
    case 'incoming':
    case 'answered':
    case 'ended': {
      const callers = follow(memory.callers, input, { call: client.call, settings, now })
      const next = { ...memory, callers, outputs: [] }
      return input.type === 'outgoing' ? reconsider(next, input.remote.user, context) : next
    }
    default:
      return { ...memory, outputs: [input] }
  }
}

function receive(memory: Memory, message: IncomingMessage, context: Context): Memory {
  const { client, now, port } = context
  const nothing = { ...memory, outputs: [] }
  if (message.type !== 'invite')
    return strayOf(message, client) === 'keep'
      ? { ...nothing, early: keepEarly(memory.early, message, now) }
      : nothing
  if (isSpent(message, client)) return nothing
  const { verdicts, ring, isNew, errors } = askAbout(message, {
    call: client.call,
    verdicts: memory.verdicts,
    port,
    now,
    named: featuresOf(context),
  })
  const asked = { ...memory, verdicts, outputs: errors }
  if (ring !== 'ignore') return decide(asked, message, context, { isBusy: ring === 'busy' })
  if (!isNew) return asked
  const isHeard = mayHearRinging(verdicts, context.settings, now)
  return { ...asked, outputs: [isHeard ? ringUnheard(message, featuresOf(context)) : dismissed(message)] }
}

/**
 * The user calls somebody whose own call is being ignored: both calls exist, as in glare. Without this each side
 * would wait for the other one.
 */
function reconsider(memory: Memory, user: string, context: Context): Memory {
  const ignored = ignoredInvite(memory.verdicts, user, context.now)
  return ignored ? decide(memory, ignored.invite, context, { features: ignored.named }) : memory
}

/** Adds the decision about the invite to the outputs. Once it is let in, adds the messages that overtook it. */
function decide(
  memory: Memory,
  invite: IncomingOf<'invite'>,
  context: Context,
  given: Pick<InviteContext, 'isBusy' | 'isSilent' | 'features'>,
): Memory {
  const { callers, early } = memory
  const decided = decideInvite(invite, { ...context, features: featuresOf(context), ...given, callers })
  const outputs = [...memory.outputs, ...decided]
  if (!decided.some(({ type }) => type === 'incoming' || type === 'yielded')) return { ...memory, outputs }
  const { taken, rest } = takeEarly(early, invite, context.now)
  return { ...memory, early: rest, outputs: [...outputs, ...taken.map(again)] }
}

const featuresOf = ({ features, client }: Context) => namedFeatures(features, client.connection)

const again = (message: IncomingMessage): CallEvent => ({ type: 'received', message })
