import {
  catchError,
  concat,
  defer,
  of,
  take,
  tap,
  throwIfEmpty,
  timeout,
  map,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { CallError } from '../core/index.ts'
import { advise, checkIds, type CheckId, type CheckStep, type Finding } from './check-step.ts'

/** What a step does. Its first value is the finding; an error is `failed`. Unsubscribing releases what it uses. */
export type Probe = () => Observable<Finding>

/** The steps without which a step makes no sense. */
const needs: Readonly<Partial<Record<CheckId, readonly CheckId[]>>> = {
  permissions: ['secure-context'],
  camera: ['secure-context'],
  microphone: ['secure-context'],
}

export interface RunOptions {
  readonly skip: readonly CheckId[]
  /** How long a step may take, in milliseconds. */
  readonly stepMs: number
  readonly scheduler: SchedulerLike
}

/**
 * Runs the steps one after the other, and emits each as `running` and with its finding. A step that takes too long has
 * failed. Steps that need a failed one are skipped. Completes after the last step.
 */
export function runSteps(
  probes: Readonly<Record<CheckId, Probe>>,
  { skip, stepMs, scheduler }: RunOptions,
): Observable<CheckStep> {
  return defer(() => {
    const verdicts = new Map<CheckId, Finding['verdict']>()
    const findingOf = (id: CheckId): Observable<CheckStep> => {
      const missing = reasonToSkip(id, verdicts, skip)
      if (missing !== null) return of({ id, ...advise('skipped', missing) })
      const finding$ = defer(probes[id]).pipe(
        take(1),
        timeout({ first: stepMs, scheduler, with: () => of(advise('failed', tooLong(stepMs))) }),
        throwIfEmpty(() => new Error('it ended without a finding')),
        catchError((thrown: unknown) => of(advise('failed', adviceFor(thrown)))),
        map((finding): CheckStep => ({ id, ...finding })),
      )
      return concat(of<CheckStep>({ id, verdict: 'running' }), finding$)
    }
    const note = ({ id, verdict }: CheckStep) => {
      if (verdict !== 'running') verdicts.set(id, verdict)
    }
    return concat(...checkIds.map((id) => defer(() => findingOf(id)))).pipe(tap(note))
  })
}

function reasonToSkip(
  id: CheckId,
  verdicts: ReadonlyMap<CheckId, Finding['verdict']>,
  skip: readonly CheckId[],
): string | null {
  if (skip.includes(id)) return 'left out'
  const failed = (needs[id] ?? []).find((each) => verdicts.get(each) === 'failed')
  if (failed !== undefined) return `needs ${failed}`
  const turn = (['turn-udp', 'turn-tcp'] as const).map((each) => verdicts.get(each))
  return id === 'loopback' && !turn.includes('ok') ? 'needs a TURN server that works' : null
}

const tooLong = (ms: number): string => `no result within ${ms / 1000} s`

const adviceFor = (thrown: unknown): string =>
  CallError.is(thrown) ? `${thrown.code}: ${thrown.message}` : 'it failed in an unexpected way'
