import { concatMap, filter, map, of } from 'rxjs'
import { callee, caller, type CallOutput } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { isSend, withoutSending } from '../../src/ui/lab/bugs/outputs.ts'

/** From the invite to the answer. */
export const answeringBugs: readonly Bug[] = [
  {
    name: 'invites-once',
    why: 'a lost invite is never replaced',
    breaks: 'retransmits-invites',
    stages: {
      caller: (sources, env) =>
        caller(sources, env).pipe(
          filter((output) => !isSend(output, 'invite') || output.message.ttlMs === sources.settings.ringMs),
        ),
    },
  },
  {
    name: 'invites-for-the-whole-time-again',
    why: 'a repeated invite rings for longer than the caller waits',
    breaks: 'retransmits-invites',
    stages: {
      caller: (sources, env) =>
        caller(sources, env).pipe(
          map((output): CallOutput =>
            isSend(output, 'invite')
              ? { ...output, message: { ...output.message, ttlMs: sources.settings.ringMs } }
              : output,
          ),
        ),
    },
  },
  {
    name: 'invites-without-a-camera',
    why: 'a phone rings for somebody who is then refused a camera',
    breaks: 'follows-protocol',
    stages: { caller: (sources, env) => caller({ ...sources, ready$: of(true) }, env) },
  },
  {
    name: 'never-says-that-it-rings',
    why: 'the caller does not know whether the invite arrived',
    breaks: 'follows-protocol',
    stages: { callee: (sources, env) => callee(sources, env).pipe(withoutSending('ringing')) },
  },
  {
    name: 'accepts-twice',
    why: 'the caller receives the same answer twice',
    breaks: 'follows-protocol',
    stages: {
      callee: (sources, env) =>
        callee(sources, env).pipe(
          concatMap((output) => (isSend(output, 'accept') ? [output, output] : [output])),
        ),
    },
  },
  {
    name: 'selects-itself',
    why: 'the callee counts as connected before the caller has chosen it',
    breaks: 'connects-when-ready',
    stages: {
      callee: (sources, env) =>
        callee(sources, env).pipe(
          concatMap((output): CallOutput[] =>
            isSend(output, 'accept') ? [output, { type: 'selected', at: env.scheduler.now() }] : [output],
          ),
        ),
    },
  },
]
