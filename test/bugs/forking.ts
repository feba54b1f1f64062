import { filter, map } from 'rxjs'
import { send } from '../../src/core/call/outputs.ts'
import { caller, teardown, type CallOutput } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { isSend, withoutSending } from '../../src/ui/lab/bugs/outputs.ts'
import { sendingLate } from '../../src/ui/lab/bugs/changed-transport.ts'

/** A user with several devices. */
export const forkingBugs: readonly Bug[] = [
  {
    name: 'selects-a-second-device',
    why: 'two devices of the callee are told that they have the call',
    breaks: 'follows-protocol',
    stages: {
      caller: (sources, env) =>
        caller(sources, env).pipe(
          map((output): CallOutput => {
            const { to } = isSend(output, 'cancel') ? output.message : {}
            return to ? send('select', {}, { to }) : output
          }),
        ),
    },
  },
  {
    name: 'never-selects-a-device',
    why: 'the callee never learns that it has the call',
    breaks: 'follows-protocol',
    stages: { caller: (sources, env) => caller(sources, env).pipe(withoutSending('select')) },
  },
  {
    name: 'cancels-late',
    why: 'the other devices of the callee ring for a moment after one has answered',
    breaks: 'devices-agree',
    stages: { transport: sendingLate('cancel') },
  },
  {
    name: 'overlooks-ringing-devices',
    why: 'one busy device ends a call that another one rings for',
    breaks: 'one-device-answers',
    stages: {
      teardown: (sources, env) => {
        const message$ = sources.message$.pipe(filter(({ type }) => type !== 'ringing'))
        return teardown({ ...sources, message$ }, env)
      },
    },
  },
  {
    name: 'rings-on-after-every-device-refused',
    why: 'the caller waits, though nobody can answer any more',
    breaks: 'one-device-answers',
    stages: {
      teardown: (sources, env) => {
        const message$ = sources.message$.pipe(filter(({ type }) => type !== 'gone' && type !== 'busy'))
        return teardown({ ...sources, message$ }, env)
      },
    },
  },
]
