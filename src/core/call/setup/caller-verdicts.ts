import { CallError } from '../../errors.ts'
import type { CallEvent } from '../../events.ts'
import type { CallersPort, CallerVerdict } from '../../ports/index.ts'
import type { FeatureId, IncomingOf } from '../../protocol/index.ts'
import { isOpen, type CallState } from '../state.ts'
import { isWithin, type CallersSettings } from './callers.ts'

type Invite = IncomingOf<'invite'>
type Ring = NonNullable<CallerVerdict['ring']>

/** The port's answers about recent invites, the latest last. An invite may be received more than once. */
export type CallerVerdicts = readonly {
  readonly invite: Invite
  readonly ring: Ring
  /** When it was asked. */
  readonly at: number
  /** The features that this side named to an ignored caller who hears ringing. */
  readonly named: readonly FeatureId[]
}[]

const MAX = 64
const MINUTE_MS = 60_000

export const noVerdicts: CallerVerdicts = []

export interface Asked {
  readonly verdicts: CallerVerdicts
  readonly ring: Ring
  /** Whether the port has been asked just now. */
  readonly isNew: boolean
  /** The port threw, or returned something other than a verdict. */
  readonly errors: readonly CallEvent[]
}

/**
 * Asks the port about an invite, unless it has answered already. The port is not asked about a user whom this client
 * calls, or with whom it is in a call.
 */
export function askAbout(
  invite: Invite,
  {
    call,
    verdicts,
    port,
    now,
    named,
  }: {
    readonly call: CallState
    readonly verdicts: CallerVerdicts
    readonly port: CallersPort
    readonly now: number
    /** The features that this side names now. */
    readonly named: readonly FeatureId[]
  },
): Asked {
  const { from, body } = invite
  if (isOpen(call) && call.phase !== 'ringing' && call.remote.user === from.user)
    return { verdicts, ring: 'yes', isNew: false, errors: [] }
  const known = verdicts.find((verdict) => isSameCall(verdict.invite, invite))
  if (known) return { verdicts, ring: known.ring, isNew: false, errors: [] }
  const { ring, errors } = ask(port, invite, body.media)
  return { verdicts: [...verdicts, { invite, ring, at: now, named }].slice(-MAX), ring, isNew: true, errors }
}

/**
 * Whether a caller who is ignored at `now` hears it ring. Only a few may within a minute, because each costs messages
 * that are sent again until they are acknowledged.
 */
export function mayHearRinging(
  verdicts: CallerVerdicts,
  { strangerRings }: Pick<CallersSettings, 'strangerRings'>,
  now: number,
): boolean {
  const lately = verdicts.filter(({ ring, at }) => ring === 'ignore' && isWithin(now, at, MINUTE_MS))
  return lately.length <= strangerRings
}

/** Returns the invite of `user` that was ignored last, with its present age, and what this side named then. */
export function ignoredInvite(
  verdicts: CallerVerdicts,
  user: string,
  now: number,
): { readonly invite: Invite; readonly named: readonly FeatureId[] } | undefined {
  const ignored = verdicts.findLast(({ invite, ring }) => ring === 'ignore' && invite.from.user === user)
  if (!ignored) return undefined
  const { invite, at, named } = ignored
  return { invite: { ...invite, ageMs: invite.ageMs + now - at }, named }
}

const isSameCall = (one: Invite, other: Invite) =>
  one.callId === other.callId && one.from.user === other.from.user

function ask(
  port: CallersPort,
  { callId, from }: Invite,
  media: Invite['body']['media'],
): Pick<Asked, 'ring' | 'errors'> {
  try {
    const { ring = 'yes' } = port(from, media)
    if (!isRing(ring))
      throw new TypeError(`expected ring to be 'yes', 'busy' or 'ignore', and not ${String(ring)}`)
    return { ring, errors: [] }
  } catch (thrown) {
    const problem = CallError.from(
      thrown,
      'callers-failed',
      'callers did not say who may call, so the call rings',
    )
    return { ring: 'yes', errors: [{ type: 'error', error: problem.with({ callId }) }] }
  }
}

const isRing = (ring: unknown): ring is Ring => ring === 'yes' || ring === 'busy' || ring === 'ignore'
