import type { Recovery } from '../../events.ts'
import type { RecoveryPolicy } from '../../settings.ts'

/** How far the recovery of one connection has come; times in milliseconds during which the client was awake. */
export interface Plan {
  readonly problem: Recovery['problem']
  readonly step: Recovery['step']
  readonly attempt: number
  /** How many ICE restarts were begun. */
  readonly restarts: number
  /** How long the problem has lasted, and how long this step has been tried. */
  readonly age: number
  readonly stepAge: number
  /** Whether the new peer connection's time is running: both sides have agreed on it, or it broke. */
  readonly isTried: boolean
  /** The total bytes at the last measurement. */
  readonly bytes: number | undefined
}

/**
 * Chooses the first step: wait for a while, or restart ICE if waiting is of no use. The problem is `age` milliseconds
 * old.
 */
export function beginPlan(problem: Recovery['problem'], policy: RecoveryPolicy, age = 0): Plan {
  const plan: Plan = {
    problem,
    step: 'wait',
    attempt: 1,
    restarts: 0,
    age,
    stepAge: age,
    isTried: false,
    bytes: undefined,
  }
  return problem === 'failed' ? goOn(plan, policy) : plan
}

/**
 * Whether the plan waits for a hang-up or a new connection after an orderly close. The policy does not limit this
 * wait.
 */
export const isClosing = ({ problem, step }: Plan): boolean => problem === 'closed' && step === 'wait'

/** The plan when `ms` more have passed. */
export function passTime(plan: Plan, ms: number, policy: RecoveryPolicy): Plan | 'give-up' {
  const older = { ...plan, age: plan.age + ms, stepAge: plan.stepAge + ms }
  // The time counts, but leads to no step.
  if (isClosing(plan)) return older
  if (older.age >= policy.giveUpMs) return 'give-up'
  return older.stepAge < duration(older, policy) ? older : goOn(older, policy)
}

/** The plan when all paths have failed. Waiting no longer helps. */
export function fail(plan: Plan, policy: RecoveryPolicy): Plan {
  const failed: Plan = { ...plan, problem: 'failed' }
  return plan.step === 'wait' ? goOn(failed, policy) : failed
}

/** The plan when a new peer connection was opened for any reason, even after another one in this step. */
export function reopen(plan: Plan): Plan {
  return plan.step === 'replace' ? { ...plan, stepAge: 0, isTried: false } : enter(plan, 'replace')
}

/** The plan when both sides have agreed on the new peer connection, whose time starts now. */
export function agree(plan: Plan): Plan {
  return plan.step === 'replace' && !plan.isTried ? { ...plan, stepAge: 0, isTried: true } : plan
}

/** The plan when the new peer connection broke; `give-up` if there is no time for another one. */
export function breakDown(plan: Plan, policy: RecoveryPolicy): Plan | 'give-up' {
  return isLast(plan, policy) ? 'give-up' : { ...plan, isTried: true }
}

/** The plan when `bytes` have arrived in total: if that is more than before, nothing is lost yet. */
export function measure(plan: Plan, bytes: number): Plan {
  const flows = plan.step === 'wait' && plan.bytes !== undefined && bytes > plan.bytes
  return flows ? { ...plan, bytes, age: 0, stepAge: 0 } : { ...plan, bytes }
}

/** How long until another step is tried, or everything is given up. */
export function remaining(plan: Plan, policy: RecoveryPolicy): number {
  const untilGivenUp = policy.giveUpMs - plan.age
  return plan.step === 'replace'
    ? untilGivenUp
    : Math.min(duration(plan, policy) - plan.stepAge, untilGivenUp)
}

function duration(plan: Plan, policy: RecoveryPolicy): number {
  const { step } = plan
  if (step === 'wait') return next(plan, policy) === 'wait' ? Infinity : policy.waitMs
  if (step === 'replace')
    return plan.isTried && !isLast(plan, policy)
      ? Math.max(policy.retryMs, timeFrom(plan, policy) / 3)
      : Infinity
  // The time at the end belongs to a new peer connection.
  return Math.min(policy.restartMs, timeFrom(plan, policy) - policy.replaceMs)
}

/** Whether there is no time for another new peer connection after this one. */
function isLast(plan: Plan, policy: RecoveryPolicy): boolean {
  return policy.replaceMs === 0 || timeFrom(plan, policy) < 2 * policy.retryMs
}

/** The time that was left when the step began. */
const timeFrom = ({ age, stepAge }: Plan, { giveUpMs }: RecoveryPolicy): number => giveUpMs - (age - stepAge)

function next({ restarts, age }: Plan, policy: RecoveryPolicy): Recovery['step'] {
  const isTime = policy.replaceMs === 0 || age < policy.giveUpMs - policy.replaceMs
  if (restarts < policy.restarts && isTime) return 'restart'
  return policy.replaceMs > 0 ? 'replace' : 'wait'
}

/** Switches to what is tried next: a wait if nothing is left to try. */
function goOn(plan: Plan, policy: RecoveryPolicy): Plan {
  return enter(plan, plan.step === 'replace' ? 'replace' : next(plan, policy))
}

function enter(plan: Plan, step: Recovery['step']): Plan {
  const restarts = step === 'restart' ? plan.restarts + 1 : plan.restarts
  const isAgain = step === 'replace' && plan.step === 'replace'
  return {
    ...plan,
    step,
    attempt: step === 'restart' ? restarts : isAgain ? plan.attempt + 1 : 1,
    restarts,
    stepAge: 0,
    isTried: false,
  }
}
