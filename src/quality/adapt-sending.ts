import {
  asyncScheduler,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  scan,
  switchMap,
  tap,
  withLatestFrom,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import type { CallClient, Cause, Grade, SendingLimits } from '../core/index.ts'
import { given, type Overrides } from '../core/overrides.ts'
import { cameraSwitch } from './camera-switch.ts'
import { judgeSending } from './judge.ts'
import { limitSending } from './limit-sending.ts'
import { openCall } from './open-call.ts'
import { remoteReport } from './remote-report.ts'
import type { Sample } from './sample.ts'
import { samples } from './samples.ts'
import {
  adapt,
  beginAdapting,
  defaultSendingPolicy,
  type Adapting,
  type SendingPolicy,
} from './sending-policy.ts'
import { defaultThresholds, recent, type Thresholds } from './thresholds.ts'

/** What this side sends from now on. */
export interface SendingStep {
  /** An index into the steps of the policy. One past the last: the camera is to be off. */
  readonly step: number
  readonly limits: SendingLimits
  /** `off` if the camera was turned off because of the line. */
  readonly video: 'on' | 'off'
  /** Why it is not sent as well as it could be, by this side's own figures. */
  readonly because: readonly Cause[]
}

export interface AdaptOptions {
  /** When to step down and up, and to what; merged over {@link defaultSendingPolicy}. */
  readonly policy?: Overrides<SendingPolicy> | undefined
  /** When sending counts as poor, merged over {@link defaultThresholds}. */
  readonly thresholds?: Overrides<Thresholds> | undefined
  /** The samples to judge; `samples(client)` by default. Pass your own if you share them. */
  readonly sample$?: Observable<Sample> | undefined
  /** The clock; the real one by default. A test passes its own. */
  readonly scheduler?: SchedulerLike | undefined
}

/**
 * Adapts the sent video to the line, so that sound survives. Steps it down while sending stays poor, then turns the
 * camera off. Steps up again once sending stays good. Never changes the sound. Never turns off a shared screen or a
 * muted camera. If only the other side reports that it receives poorly, the limits step down, but the camera stays on.
 *
 * Emits the first step of each call with its first sample, then each change. If the user changes the camera while it is
 * off, the user's choice stays. Completes when the client closes. Unsubscribing lifts the limits; a camera that is off
 * stays off. Throws a RangeError if the policy has no steps.
 *
 * @example
 * adaptSending(client).subscribe(({ video }) => (notice.hidden = video === 'on'))
 */
export function adaptSending(client: CallClient, options: AdaptOptions = {}): Observable<SendingStep> {
  const { scheduler = asyncScheduler, sample$ = samples(client, { scheduler }) } = options
  const policy: SendingPolicy = { ...defaultSendingPolicy, ...given(options.policy ?? {}) }
  if (policy.steps.length === 0) throw new RangeError('policy.steps is empty: expected at least one step')
  const thresholds: Thresholds = { ...defaultThresholds, ...given(options.thresholds ?? {}) }
  return openCall(client).pipe(
    switchMap((callId) =>
      callId === undefined
        ? EMPTY
        : defer(() => {
            const camera = cameraSwitch(client, scheduler)
            const sampled$ = sample$.pipe(
              withLatestFrom(remoteReport(client, scheduler)),
              map(([sample, report]): Input => ({ sample, reported: report?.receiving ?? null })),
            )
            const change$ = camera.changed$.pipe(map((): Input => 'camera-changed'))
            return merge(sampled$, change$).pipe(
              scan((before, input) => next(before, input, policy, thresholds), begin(policy)),
              distinctUntilChanged((one, other) => one.step === other.step),
              tap(({ step }) => (step < policy.steps.length ? camera.turnOn() : camera.turnOff())),
              map(({ step, because }): SendingStep => ({
                step,
                limits: policy.steps[Math.min(step, policy.steps.length - 1)] ?? {},
                video: camera.isOff() ? 'off' : 'on',
                because,
              })),
              connect((step$) =>
                merge(limitSending(client, step$.pipe(map(({ limits }) => limits)), { scheduler }), step$),
              ),
            )
          }),
    ),
  )
}

/** A sample with the other side's report, or the user's change of the camera. */
type Input = { readonly sample: Sample; readonly reported: Grade | null } | 'camera-changed'

interface State extends Adapting {
  readonly window: readonly Sample[]
  readonly because: readonly Cause[]
}

const begin = (policy: SendingPolicy): State => ({ ...beginAdapting(policy), window: [], because: [] })

function next(before: State, input: Input, policy: SendingPolicy, thresholds: Thresholds): State {
  // Whatever the user chose is sent again, so the limits count again.
  if (input === 'camera-changed') return { ...before, step: Math.min(before.step, policy.steps.length - 1) }
  const { sample, reported } = input
  const window = recent([...before.window, sample], thresholds)
  const { grade, because } = judgeSending(window, thresholds)
  return { ...adapt(before, { at: sample.at, own: grade, reported }, policy), window, because }
}
