import { concatMap, scan, type Observable } from 'rxjs'
import { AWAKE_STEP_MS } from '../../rx/awake-timer.ts'
import { CallError } from '../../errors.ts'
import type { Env, PeerOptions } from '../../ports/index.ts'
import { ORDERLY_CLOSE_MS } from './orderly-close.ts'
import { recoveryInputs, type PathRecoverySources, type RecoveryInput } from './inputs.ts'
import { agree, beginPlan, breakDown, fail, isClosing, measure, passTime, remaining, reopen } from './plan.ts'
import type { Plan, Recovery, RecoveryPolicy } from './plan.ts'
import { command, send, type StageOutput } from '../outputs.ts'

/** A restart that the other side asks for so soon after one of this side is the same one. */
const SAME_RESTART_MS = 5_000

interface Memory {
  readonly plan: Plan | null
  /** When the plan was last said to try another step. */
  readonly until: number
  readonly epoch: number
  /** The peer connection that is to be replaced, where there is one. */
  readonly givenUp: number | undefined
  /** It has been connected before. */
  readonly wasUp: boolean
  readonly outputs: readonly StageOutput[]
}

const untroubled: Memory = {
  plan: null,
  until: 0,
  epoch: 0,
  givenUp: undefined,
  wasUp: false,
  outputs: [],
}

/**
 * Brings a connection back that carries nothing any more, by the policy of `settings`: waits, restarts ICE, opens new peer
 * connections, gives up (`recovery-failed`). Emits `recovering` with what is wrong and what is being tried, each time that changes
 * or takes longer because the client slept, and with `null` when all is well again. The side that makes no offers asks the
 * other one for each of these.
 *
 * A connection that is merely `disconnected` counts as lost only while nothing arrives over it (W3C WebRTC, 5.6.4: it may
 * be so for a moment); a client that slept has not waited.
 */
export function pathRecovery(sources: PathRecoverySources, { scheduler }: Env): Observable<StageOutput> {
  const { role, settings } = sources
  return recoveryInputs(sources, scheduler).pipe(
    scan((memory, input) => advance(memory, input, { role, settings, now: scheduler.now() }), untroubled),
    concatMap(({ outputs }) => outputs),
  )
}

interface Context {
  readonly role: PeerOptions['role']
  readonly settings: PathRecoverySources['settings']
  readonly now: number
}

function advance(memory: Memory, input: RecoveryInput, context: Context): Memory {
  const { plan } = memory
  const policy = context.settings.recovery
  switch (input.type) {
    case 'state':
      if (input.state === 'connected') return { ...become(memory, null, context), wasUp: true }
      if (input.state === 'failed')
        return enter(memory, plan ? fail(plan, policy) : beginPlan('failed', policy), context)
      if (input.state !== 'disconnected' || plan) return quiet(memory)
      return become(memory, beginPlan('disconnected', policy), context, [command({ type: 'measure' })])
    case 'tick':
      return plan ? pass(memory, plan, context) : quiet(memory)
    case 'received':
      return plan ? become(memory, measure(plan, input.bytes), context) : quiet(memory)
    case 'opened':
      return renew({ ...memory, epoch: input.epoch }, context)
    case 'lost':
      return lose({ ...memory, epoch: input.epoch }, input.error, context)
    case 'agreed':
      return plan ? become(memory, agree(plan), context) : quiet(memory)
    case 'restart-asked':
      if (plan?.step === 'replace' || (plan?.step === 'restart' && plan.stepAge < SAME_RESTART_MS))
        return quiet(memory)
      return { ...memory, outputs: [command({ type: 'restart' })] }
  }
}

function pass(memory: Memory, plan: Plan, context: Context): Memory {
  const { recovery: policy } = context.settings
  const next = passTime(plan, AWAKE_STEP_MS, policy)
  if (next === 'give-up') return giveUp(memory, lost(policy))
  const measures = next.step === 'wait' && next.problem === 'disconnected'
  return enter(memory, next, context, measures ? [command({ type: 'measure' })] : [])
}

/** Another peer connection is opened, or about to be: in the place of one that was connected, it has its time, too. */
function renew(memory: Memory, context: Context): Memory {
  const plan = memory.plan ?? (memory.wasUp ? beginPlan('negotiation', context.settings.recovery) : null)
  return become(memory, plan && reopen(plan), context)
}

/** The peer connection itself is gone, and the call is not known to be over. */
function lose(memory: Memory, error: CallError | undefined, context: Context): Memory {
  const { recovery: policy } = context.settings
  // What broke over a description is started over at once, by another rule. The side that has to ask for it may ask in vain.
  if (error?.code === 'negotiation-failed') return renew(memory, context)
  if (error === undefined) {
    // That may be because it is being replaced.
    if (memory.plan) return quiet(memory)
    return become(memory, beginPlan('closed', policy, ORDERLY_CLOSE_MS), context)
  }
  if (!memory.wasUp || policy.replaceMs === 0) return giveUp(memory, error)
  if (memory.plan?.step === 'replace') {
    if (memory.epoch === memory.givenUp) return quiet(memory)
    const next = breakDown(memory.plan, policy)
    return next === 'give-up' ? giveUp(memory, error) : become(memory, next, context)
  }
  return enter(memory, reopen(memory.plan ?? beginPlan('failed', policy)), context)
}

/** Goes over to `plan`, and does what its step is where it is a new one. */
function enter(memory: Memory, plan: Plan, context: Context, also: readonly StageOutput[] = []): Memory {
  const { plan: before, epoch } = memory
  if (before?.step === plan.step && before.attempt === plan.attempt)
    return become(memory, plan, context, also)
  const givenUp = plan.step === 'replace' ? epoch : memory.givenUp
  return become({ ...memory, givenUp }, plan, context, [...carryOut(plan.step, epoch, context), ...also])
}

/** Goes over to `plan`, and tells it where that is something new. */
function become(
  memory: Memory,
  plan: Plan | null,
  context: Context,
  also: readonly StageOutput[] = [],
): Memory {
  const { plan: before } = memory
  if (plan === null)
    return {
      ...memory,
      plan,
      outputs: before ? [{ type: 'recovering', recovery: null }, ...also] : also,
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
  if (!isNew) return { ...memory, plan, outputs: also }
  const { problem, step, attempt } = plan
  return {
    ...memory,
    plan,
    until,
    outputs: [{ type: 'recovering', recovery: { problem, step, attempt, until } }, ...also],
  }
}

/** When another step is tried, or the call given up, if the client sleeps no more. */
function endOf(plan: Plan, { settings, now }: Context): number {
  const { recovery: policy, closeGraceMs } = settings
  return now + (isClosing(plan) ? closeGraceMs - plan.stepAge : remaining(plan, policy))
}

function carryOut(step: Recovery['step'], epoch: number, { role, settings }: Context): StageOutput[] {
  if (step === 'wait') return []
  if (step === 'restart')
    return [
      role === 'offerer' ? command({ type: 'restart' }) : send('renegotiate', { restart: true }, { epoch }),
    ]
  return [
    role === 'offerer'
      ? { type: 'replacing', epoch: epoch + 1, error: lost(settings.recovery) }
      : send('renegotiate', { replace: true }, { epoch }),
  ]
}

function giveUp(memory: Memory, error: CallError): Memory {
  return { ...memory, plan: null, outputs: [{ type: 'recovery-failed', error }] }
}

const quiet = (memory: Memory): Memory => ({ ...memory, outputs: [] })

const lost = ({ giveUpMs }: RecoveryPolicy) =>
  new CallError(
    'connection-failed',
    `the connection was lost and did not come back within ${giveUpMs} ms; the network may block it without TURN`,
  )
