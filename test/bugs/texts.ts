import { concatMap, filter } from 'rxjs'
import { chat, type StageOutput } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'

/** The chat beside the call. */
export const textBugs: readonly Bug[] = [
  {
    name: 'never-reports-unsent-texts',
    why: 'the user takes a text that never arrived for sent',
    breaks: 'texts-in-order',
    stages: {
      chat: (sources, env) =>
        chat(sources, env).pipe(
          filter((output) => output.type !== 'error' || output.error.code !== 'text-not-sent'),
        ),
    },
  },
  {
    name: 'shows-texts-as-delivered',
    why: 'the user takes a text that is still on its way for delivered',
    breaks: 'texts-in-order',
    stages: {
      chat: (sources, env) =>
        chat(sources, env).pipe(
          concatMap((output) =>
            output.type === 'text' && output.message.delivery === 'sending'
              ? [output, { ...output, message: { ...output.message, delivery: 'delivered' } } as const]
              : [output],
          ),
        ),
    },
  },
  {
    name: 'never-acknowledges-texts',
    why: 'the other side sends every text again and again',
    breaks: 'settles',
    stages: {
      chat: (sources, env) => chat(sources, env).pipe(filter((output) => !isAck(output))),
    },
  },
]

/** Whether an output sends an acknowledgement over the data channel. */
function isAck(output: StageOutput): boolean {
  if (output.type !== 'command' || output.command.type !== 'send') return false
  return (JSON.parse(output.command.data) as { readonly type: string }).type === 'ack'
}
