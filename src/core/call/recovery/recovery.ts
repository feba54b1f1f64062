import { concatMap, map, merge, type Observable } from 'rxjs'
import { AWAKE_STEP_MS } from '../../rx/awake-timer.ts'
import { loop } from '../../rx/loop.ts'
import type { CallError } from '../../errors.ts'
import type { Env } from '../../ports/index.ts'
import { observe, observeClose, repeatHealth } from './health.ts'
import {
  elapsed,
  ORDERLY_CLOSE_MS,
  outerInputs,
  type ClosedPeer,
  type RecoveryInput,
  type RecoverySources,
} from './inputs.ts'
import {
  emit,
  presentEpoch,
  untroubled,
  waitsOf,
  type Context,
  type Memory,
  type RecoveryOutput,
} from './memory.ts'
import { agree, beginPlan, breakDown, fail, isClosing, measure, passTime, remaining, reopen } from './plan.ts'
import type { Plan } from './plan.ts'
import {
  askedFor,
  giveUp,
  MAX_ASKED,
  MAX_REPLACEMENTS,
  neverBack,
  pathLost,
  replace,
  unanswered,
} from './replacement.ts'
import { command, send } from '../outputs.ts'

/** A restart that the other side requests this soon after one of ours is the same one. */
const SAME_RESTART_MS = 5_000

/**
 * Watches the peer connection of a call, and restores it when it no longer carries anything. One pure machine over
 * {@link RecoveryInput} decides each of these:
 *
 * - **Health.** Emits `peer-connected` each time that the connection comes up. Emits `interrupted` when it perhaps
 *   carries nothing. A connection that is only `disconnected` (W3C WebRTC, 5.6.4) is up again if something arrives
 *   within a second. One that the other side closed is interrupted after {@link ORDERLY_CLOSE_MS}: its call may end.
 * - **ICE restart.** A connection that was up and fails is restarted as the policy says (`command restart`), and then
 *   replaced. The same goes for one that stays `disconnected` while nothing arrives. See {@link Plan}. Emits
 *   `recovering` when the plan changes, and with `null` when the connection is back.
 * - **Replacement.** Emits the command `replace` for the present peer connection, with the reason as its `error`.
 *   Reasons are: a description could not be applied; an offer got no answer in time; the other side asked; the
 *   connection broke; its path is lost. A connection is replaced once, for the first of these. All attempts until one
 *   connects share one count.
 * - **Giving up.** Emits `recovery-failed` with the reason when no attempt or no time is left. Nothing follows.
 *
 * The answerer asks the offerer for restarts and replacements (`send renegotiate`). Errors as its sources do.
 * Unsubscribing releases all of them. A timer runs only while a plan, an offer or an orderly close waits for it.
 *
 * @example
 * recovery(sources, env).pipe(ofType('recovery-failed')).subscribe(({ error }) => endCall(error))
 */
export function recovery(sources: RecoverySources, { scheduler }: Env): Observable<RecoveryOutput> {
  const { role, settings } = sources
  return loop<Memory, RecoveryInput>(
    {
      initial: untroubled,
      admit: ({ isOver }) => !isOver,
      reduce: (memory, input) =>
        advance({ ...memory, outputs: [] }, input, { role, settings, now: scheduler.now() }),
    },
    (_, memory$) =>
      merge(
        outerInputs(sources),
        elapsed(memory$.pipe(map((memory) => waitsOf(memory, role))), settings, scheduler),
      ),
  ).pipe(concatMap(({ state }) => state.outputs))
}

function advance(memory: Memory, input: RecoveryInput, context: Context): Memory {
  const { plan } = memory
  switch (input.type) {
    case 'connection-state':
      return changeState(memory, input.state, context)
    case 'ice-connection-state':
      return input.state === 'failed' ? failPath(memory, context) : memory
    case 'signaling-state': {
      const next = { ...memory, isOffered: input.state === 'have-local-offer' }
      return plan && input.state === 'stable' ? become(next, agree(plan), context) : next
    }
    case 'received': {
      const next = observe(memory, input.bytes, context)
      return plan ? become(next, measure(plan, input.bytes), context) : next
    }
    case 'opened': {
      const next = { ...memory, epoch: input.epoch, closing: undefined, isOffered: false }
      return giveTime(observe(next, 'gone', context), context)
    }
    case 'closed':
      return close(memory, input, context)
    case 'left-open':
      return stayClosed(memory, context)
    case 'asked':
      return grant(memory, input, context)
    case 'unanswered':
      return replace(memory, unanswered(context.settings.negotiationMs), MAX_REPLACEMENTS, context)
    case 'tick':
      return plan ? pass(memory, plan, context) : memory
    case 'answered':
      return repeatHealth(memory, context)
    case 'phase':
      return { ...memory, phase: input.phase }
    case 'online':
      return { ...memory, isOnline: input.isOnline }
  }
}

// What happens to the connection

function changeState(memory: Memory, state: RTCPeerConnectionState, context: Context): Memory {
  switch (state) {
    case 'connected':
      return {
        ...become(observe(memory, state, context), null, context),
        wasUp: true,
        replacements: 0,
      }
    case 'failed':
      return failPath(observe(memory, state, context), context)
    case 'disconnected': {
      const next = observe(memory, state, context)
      if (next.plan) return next
      return emit(
        become(next, beginPlan(state, context.settings.recovery), context),
        command({ type: 'measure' }),
      )
    }
    default:
      return memory
  }
}

function failPath(memory: Memory, context: Context): Memory {
  const policy = context.settings.recovery
  const plan = memory.plan ? fail(memory.plan, policy) : beginPlan('failed', policy)
  return enter(memory, plan, context)
}

/** The peer connection is gone, and the call is not known to be over. */
function close(memory: Memory, { epoch, error }: ClosedPeer, context: Context): Memory {
  const next = { ...memory, epoch, closing: error ? undefined : { epoch } }
  const seen = observeClose(next, error, context)
  if (!error) return seen
  if (error.code !== 'negotiation-failed') return lose(seen, error, context)
  const replaced = replace(seen, error, MAX_REPLACEMENTS, context)
  // The side that has to ask for a new one may get no answer.
  return replaced.isOver ? replaced : giveTime(replaced, context)
}

/** The peer connection broke, and a description was not the cause. */
function lose(memory: Memory, error: CallError, context: Context): Memory {
  const { plan, wasUp, epoch, replaced } = memory
  const { recovery: policy } = context.settings
  if (!wasUp || policy.replaceMs === 0) return giveUp(memory, error)
  if (plan?.step !== 'replace')
    return enter(memory, reopen(plan ?? beginPlan('failed', policy)), context, error)
  if (epoch === replaced) return memory
  const next = breakDown(plan, policy)
  return next === 'give-up' ? giveUp(memory, error) : become(memory, next, context)
}

/** The other side closed the peer connection, and neither hung up nor opened another one. */
function stayClosed(memory: Memory, context: Context): Memory {
  const next = observe({ ...memory, closing: undefined }, 'gone', context)
  // It may be closed because it is being replaced.
  if (next.plan) return next
  return become(next, beginPlan('closed', context.settings.recovery, ORDERLY_CLOSE_MS), context)
}

/** The other side requests what needs an offer. For a peer connection that is gone, that is already granted. */
function grant(
  memory: Memory,
  { epoch, restart, replace: asksForNew }: Extract<RecoveryInput, { type: 'asked' }>,
  context: Context,
): Memory {
  const next = asksForNew && epoch === memory.epoch ? replace(memory, askedFor(), MAX_ASKED, context) : memory
  if (!restart || next.isOver) return next
  const { plan } = next
  const isUnderWay = plan?.step === 'replace' || (plan?.step === 'restart' && plan.stepAge < SAME_RESTART_MS)
  return isUnderWay ? next : emit(next, command({ type: 'restart' }))
}

// The plan

function pass(memory: Memory, plan: Plan, context: Context): Memory {
  const { recovery: policy } = context.settings
  const next = passTime(plan, AWAKE_STEP_MS, policy)
  if (next === 'give-up') return giveUp(memory, neverBack(policy.giveUpMs))
  const entered = enter(memory, next, context)
  const measures = next.step === 'wait' && next.problem === 'disconnected'
  return measures ? emit(entered, command({ type: 'measure' })) : entered
}

/** Gives a new peer connection its time to connect, if the one before it had been connected. */
function giveTime(memory: Memory, context: Context): Memory {
  const plan = memory.plan ?? (memory.wasUp ? beginPlan('negotiation', context.settings.recovery) : null)
  return become(memory, plan && reopen(plan), context)
}

/** Switches to `plan`, and carries out its step if that is new. `why` is the reason of a replacement. */
function enter(memory: Memory, plan: Plan, context: Context, why?: CallError): Memory {
  const { plan: before } = memory
  const next = become(memory, plan, context)
  if (plan.step === 'wait' || (before?.step === plan.step && before.attempt === plan.attempt)) return next
  // Only the policy's time limits how many there are.
  if (plan.step === 'replace') return replace(next, why ?? pathLost(plan), Infinity, context)
  return emit(
    next,
    context.role === 'offerer'
      ? command({ type: 'restart' })
      : send('renegotiate', { restart: true }, { epoch: presentEpoch(next) }),
  )
}

/** Switches to `plan`, and emits `recovering` if anything about it is new. */
function become(memory: Memory, plan: Plan | null, context: Context): Memory {
  const { plan: before } = memory
  if (plan === null) {
    const next = { ...memory, plan }
    return before ? emit(next, { type: 'recovering', recovery: null }) : next
  }
  const until = endOf(plan, context)
  const isNew =
    before === null ||
    before.problem !== plan.problem ||
    before.step !== plan.step ||
    before.attempt !== plan.attempt ||
    plan.age < before.age ||
    // The client slept, or its clock was set.
    Math.abs(until - memory.until) > AWAKE_STEP_MS
  if (!isNew) return { ...memory, plan }
  const { problem, step, attempt } = plan
  return emit({ ...memory, plan, until }, { type: 'recovering', recovery: { problem, step, attempt, until } })
}

/** When another step is tried or the call is given up, unless the client sleeps. */
function endOf(plan: Plan, { settings, now }: Context): number {
  const { recovery: policy, closeGraceMs } = settings
  return now + (isClosing(plan) ? closeGraceMs - plan.stepAge : remaining(plan, policy))
}
