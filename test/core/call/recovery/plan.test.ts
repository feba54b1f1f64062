import { describe, expect, it } from 'vitest'
import {
  agree,
  beginPlan,
  breakDown,
  fail,
  measure,
  passTime,
  remaining,
  reopen,
  type Plan,
} from '../../../../src/core/call/recovery/plan.ts'
import { defaultRecovery, type Recovery, type RecoveryPolicy } from '../../../../src/core/index.ts'

/**
 * Waits 3 ms, and restarts up to 3 times for 10 ms each. Opens a new peer connection at 30 ms, and gives up at 40 ms.
 */
const policy: RecoveryPolicy = {
  waitMs: 3,
  restartMs: 10,
  restarts: 3,
  replaceMs: 10,
  retryMs: 5,
  giveUpMs: 40,
}

/** The steps of the plan, a millisecond at a time: `3 restart 1` is the first restart, which begins after 3 ms. */
function course(plan: Plan, by: RecoveryPolicy = policy): string[] {
  const steps: string[] = [`0 ${plan.step} ${plan.attempt}`]
  let current = plan
  for (let ms = 1; ms < 1_000; ms++) {
    const next = passTime(current, 1, by)
    if (next === 'give-up') return [...steps, `${ms} give-up`]
    if (next.step !== current.step || next.attempt !== current.attempt)
      steps.push(`${ms} ${next.step} ${next.attempt}`)
    current = next
  }
  return steps
}

function after(plan: Plan, ms: number, by: RecoveryPolicy = policy): Plan {
  let current = plan
  for (let passed = 0; passed < ms; passed++) {
    const next = passTime(current, 1, by)
    if (next === 'give-up') throw new Error(`given up after ${passed + 1} ms`)
    current = next
  }
  return current
}

const disconnected = beginPlan('disconnected', policy)
const failed = beginPlan('failed', policy)

describe('the plan to bring a connection back', () => {
  it('matches the documented defaults', () => {
    const seconds = { ...defaultRecovery, waitMs: 3, restartMs: 15, replaceMs: 15, retryMs: 5, giveUpMs: 45 }
    expect(defaultRecovery).toEqual({
      waitMs: 3_000,
      restartMs: 15_000,
      restarts: 3,
      replaceMs: 15_000,
      retryMs: 5_000,
      giveUpMs: 45_000,
    })
    expect(course(beginPlan('disconnected', seconds), seconds)).toEqual([
      '0 wait 1',
      '3 restart 1',
      '18 restart 2',
      '30 replace 1',
      '45 give-up',
    ])
  })

  it('waits while the connection may return by itself, and then takes one step after the other', () => {
    expect(course(disconnected)).toEqual([
      '0 wait 1',
      '3 restart 1',
      '13 restart 2',
      '23 restart 3',
      '30 replace 1',
      '40 give-up',
    ])
  })

  it('does not wait when every path has failed', () => {
    expect(failed).toMatchObject({ problem: 'failed', step: 'restart', attempt: 1, age: 0, stepAge: 0 })
    expect(course(failed)).toEqual([
      '0 restart 1',
      '10 restart 2',
      '20 restart 3',
      '30 replace 1',
      '40 give-up',
    ])
  })

  it.each<[string, Partial<RecoveryPolicy>, string[]]>([
    ['replaces as soon as the restarts are used up', { restarts: 1 }, ['13 replace 1', '40 give-up']],
    [
      'cuts a restart short for the time that belongs to the new peer connection',
      { replaceMs: 25 },
      ['13 restart 2', '15 replace 1', '40 give-up'],
    ],
    ['never begins a restart in that time', { replaceMs: 27 }, ['13 replace 1', '40 give-up']],
    [
      'restarts to the end without a new peer connection',
      { replaceMs: 0 },
      ['13 restart 2', '23 restart 3', '33 wait 1', '40 give-up'],
    ],
    [
      'restarts no more often than it may, also where nothing else is left to try',
      { replaceMs: 0, restarts: 1 },
      ['13 wait 1', '40 give-up'],
    ],
  ])('%s', (_, changed, expected) => {
    const by = { ...policy, ...changed }
    expect(course(beginPlan('disconnected', by), by)).toEqual(['0 wait 1', '3 restart 1', ...expected])
  })

  it.each<[string, Partial<RecoveryPolicy>, string[], string[]]>([
    [
      'replaces at once without restarts',
      { restarts: 0 },
      ['0 wait 1', '3 replace 1', '40 give-up'],
      ['0 replace 1', '40 give-up'],
    ],
    [
      'only waits where it has no means at all',
      { restarts: 0, replaceMs: 0 },
      ['0 wait 1', '40 give-up'],
      ['0 wait 1', '40 give-up'],
    ],
    [
      'replaces at once where all the time belongs to the new peer connection',
      { replaceMs: 40 },
      ['0 wait 1', '3 replace 1', '40 give-up'],
      ['0 replace 1', '40 give-up'],
    ],
    [
      'gives up in the middle of a wait',
      { giveUpMs: 2 },
      ['0 wait 1', '2 give-up'],
      ['0 replace 1', '2 give-up'],
    ],
  ])('%s', (_, changed, ofDisconnected, ofFailed) => {
    const by = { ...policy, ...changed }
    expect(course(beginPlan('disconnected', by), by)).toEqual(ofDisconnected)
    expect(course(beginPlan('failed', by), by)).toEqual(ofFailed)
  })

  it('gives up at its time, however much time passes at once', () => {
    expect(passTime(disconnected, 39, policy)).not.toBe('give-up')
    expect(passTime(disconnected, 40, policy)).toBe('give-up')
    expect(passTime(disconnected, 4_000, policy)).toBe('give-up')
  })
})

describe('a failure while it is being recovered from', () => {
  it('ends the wait', () => {
    const plan = fail(after(disconnected, 2), policy)
    expect(plan).toMatchObject({ problem: 'failed', step: 'restart', attempt: 1, age: 2, stepAge: 0 })
  })

  it.each([
    ['restart', 14],
    ['replace', 31],
  ] as const)('is recorded, and does not change a %s', (step, ms) => {
    const before = after(disconnected, ms)
    expect(before.step).toBe(step)
    expect(fail(before, policy)).toEqual({ ...before, problem: 'failed' })
  })
})

describe('a new peer connection', () => {
  it.each([1, 14])('counts as a replacement, whatever it was opened for: after %d ms', (ms) => {
    const before = after(disconnected, ms)
    expect(reopen(before)).toMatchObject({ step: 'replace', attempt: 1, age: ms, stepAge: 0 })
    expect(course(reopen(before))).toEqual(['0 replace 1', `${40 - ms} give-up`])
  })

  it('gets no additional time when it is the replacement already', () => {
    const before = after(disconnected, 35)
    expect(course(reopen(before))).toEqual(['0 replace 1', '5 give-up'])
    expect(reopen(agree(before))).toEqual({ ...before, stepAge: 0, isTried: false })
  })
})

describe('a new peer connection that does not connect', () => {
  /** The steps if both sides agree on each new peer connection at once. */
  const agreed = (plan: Plan, by: RecoveryPolicy = policy): string[] => {
    const steps: string[] = []
    let current: Plan | 'give-up' = plan
    for (let ms = 0; current !== 'give-up'; ms++) {
      const next: Plan = agree(current)
      if (ms === 0 || next.stepAge === 0) steps.push(`${ms} ${next.step} ${next.attempt}`)
      current = passTime(next, 1, by)
      if (current === 'give-up') steps.push(`${ms + 1} give-up`)
    }
    return steps
  }

  it('is followed by another one, as long as there is time for it', () => {
    expect(agreed(after(disconnected, 30))).toEqual(['0 replace 1', '5 replace 2', '10 give-up'])
    expect(agreed(after(disconnected, 30), { ...policy, retryMs: 6 })).toEqual(['0 replace 1', '10 give-up'])
    expect(agreed(after(disconnected, 30), { ...policy, retryMs: 3 })).toEqual([
      '0 replace 1',
      '4 replace 2',
      '7 replace 3',
      '10 give-up',
    ])
  })

  it('has more time when much of it is left', () => {
    expect(agreed(reopen(disconnected))).toEqual([
      '0 replace 1',
      '14 replace 2',
      '23 replace 3',
      '29 replace 4',
      '34 replace 5',
      '40 give-up',
    ])
  })

  it('has its time only from when the sides have agreed on it', () => {
    const opened = after(disconnected, 30)
    expect(course(opened)).toEqual(['0 replace 1', '10 give-up'])
    expect(course(agree(after(opened, 4)), { ...policy, retryMs: 2 })).toEqual([
      '0 replace 1',
      '2 replace 2',
      '6 give-up',
    ])
  })

  it('is the only one when the policy allows no other', () => {
    expect(agreed(reopen(disconnected), { ...policy, replaceMs: 0 })).toEqual(['0 replace 1', '40 give-up'])
  })

  it('is followed by another one at its time when it breaks, or by none', () => {
    const broken = breakDown(after(disconnected, 32), policy)
    expect(broken !== 'give-up' && course(broken)).toEqual(['0 replace 1', '3 replace 2', '8 give-up'])
    expect(breakDown(after(disconnected, 32), { ...policy, retryMs: 6 })).toBe('give-up')
  })

  it('ignores an agreement in any other step', () => {
    for (const ms of [0, 5]) expect(agree(after(disconnected, ms))).toEqual(after(disconnected, ms))
  })
})

describe('bytes that arrive meanwhile', () => {
  it('restart the wait each time that they have increased', () => {
    const first = measure(after(disconnected, 2), 100)
    expect(first).toMatchObject({ age: 2, stepAge: 2, bytes: 100 })
    const second = measure(first, 101)
    expect(second).toMatchObject({ step: 'wait', attempt: 1, age: 0, stepAge: 0, bytes: 101 })
    const third = measure(after(second, 2), 102)
    expect(course(third).slice(0, 2)).toEqual(['0 wait 1', '3 restart 1'])
  })

  it.each([100, 99, 0])('change nothing when they have not increased: %d', (bytes) => {
    const first = measure(disconnected, 100)
    const later = after(first, 2)
    expect(measure(later, bytes)).toEqual({ ...later, bytes })
  })

  it.each([
    ['restart', 14],
    ['replace', 31],
  ] as const)('do not stop a %s, because only a connection does', (step, ms) => {
    const before = measure(after(disconnected, ms), 100)
    expect(before.step).toBe(step)
    expect(measure(before, 200)).toEqual({ ...before, bytes: 200 })
  })
})

describe('the time until something else is tried', () => {
  const remainingAfter = (ms: number, by: RecoveryPolicy = policy) =>
    remaining(after(beginPlan('disconnected', by), ms, by), by)

  it.each<[number, Recovery['step'], number]>([
    [0, 'wait', 3],
    [2, 'wait', 1],
    [3, 'restart', 10],
    [12, 'restart', 1],
    [23, 'restart', 7],
    [30, 'replace', 10],
    [39, 'replace', 1],
  ])('after %d ms, in a %s: %d', (ms, step, expected) => {
    expect(after(disconnected, ms).step).toBe(step)
    expect(remainingAfter(ms)).toBe(expected)
  })

  it('lasts until it gives up when nothing else is left to try', () => {
    expect(remainingAfter(35, { ...policy, replaceMs: 0 })).toBe(5)
    expect(remainingAfter(1, { ...policy, replaceMs: 0, restarts: 0 })).toBe(39)
    expect(remainingAfter(1, { ...policy, giveUpMs: 2 })).toBe(1)
  })
})
