import { concatMap, toArray } from 'rxjs'
import { teardown, type CallOutput } from 'rxcall/stages'
import type { LabBug } from './bug.ts'
import { withoutSending } from './outputs.ts'

/** When a call ends, and who learns of it. */
export const endingBugs: readonly LabBug[] = [
  {
    id: 'never-hangs-up-on-the-wire',
    title: 'Hanging up sends nothing',
    why: 'the other side has to find out by itself that the call is over',
    breaks: 'follows-protocol',
    stages: { teardown: (sources, env) => teardown(sources, env).pipe(withoutSending('hang-up')) },
  },
  {
    id: 'never-rings-out',
    title: 'The timer for unanswered calls never fires',
    why: 'a call that nobody answers stays open for ever',
    breaks: 'settles',
    stages: {
      teardown: (sources, env) =>
        teardown(sources, env).pipe(
          toArray(),
          concatMap((outputs) => (outputs.some(isRungOut) ? [] : outputs)),
        ),
    },
  },
]

const isRungOut = (output: CallOutput): boolean => output.type === 'ended' && output.reason === 'no-answer'
