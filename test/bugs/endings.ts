import { concatMap, EMPTY, filter, toArray } from 'rxjs'
import type { Stages } from '../../src/core/index.ts'
import { teardown, type TeardownSources } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { sendingLate } from '../../src/ui/lab/bugs/changed-transport.ts'
import { withoutSending } from '../../src/ui/lab/bugs/outputs.ts'

/** Bugs in when a call ends, for which reason, and in its end message. */
export const endingBugs: readonly Bug[] = [
  {
    name: 'never-cancels-on-the-wire',
    why: 'a phone rings on after its caller has given up',
    breaks: 'follows-protocol',
    stages: { teardown: (sources, env) => teardown(sources, env).pipe(withoutSending('cancel')) },
  },
  {
    name: 'ignores-a-remote-hang-up',
    why: 'the call goes on after the other side has left it',
    breaks: 'follows-protocol',
    stages: {
      teardown: (sources, env) => {
        const message$ = sources.message$.pipe(filter(({ type }) => type !== 'hang-up'))
        return teardown({ ...sources, message$ }, env)
      },
    },
  },
  {
    name: 'hangs-up-late',
    why: 'a client that closes has left before it has hung up',
    breaks: 'flushes-on-close',
    stages: { transport: sendingLate('hang-up') },
  },
  {
    name: 'rings-on-at-nobody',
    why: 'a call to a user who is not there rings for a minute',
    breaks: 'follows-protocol',
    stages: { teardown: (sources, env) => teardown({ ...sources, refused$: EMPTY }, env) },
  },
  {
    name: 'ends-before-its-end-message',
    why: 'the other side is sent a message of a call that is over',
    breaks: 'nothing-after-the-end',
    stages: {
      teardown: (sources, env) =>
        teardown(sources, env).pipe(
          toArray(),
          concatMap((outputs) => outputs.reverse()),
        ),
    },
  },
  {
    name: 'takes-a-close-for-a-hang-up',
    why: 'a peer connection that is only being replaced ends the call',
    breaks: 'hang-up-is-real',
    stages: { teardown: endingWith({ closeGraceMs: 0 }) },
  },
  {
    name: 'connects-for-minutes',
    why: 'a call that cannot connect stays open',
    breaks: 'respects-timeouts',
    stages: { teardown: endingWith({ connectMs: 300_000 }) },
  },
  {
    name: 'gives-up-connecting-early',
    why: 'a call over a slow network never connects',
    breaks: 'respects-timeouts',
    stages: { teardown: endingWith({ connectMs: 10_000 }) },
  },
]

function endingWith(settings: Partial<TeardownSources['settings']>): Stages['teardown'] {
  return (sources, env) => teardown({ ...sources, settings: { ...sources.settings, ...settings } }, env)
}
