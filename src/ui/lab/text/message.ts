import type { MessageChange, SceneMessage } from 'rxcall/testing'
import { timeInWords } from './time.ts'

const possessive = (name: string): string => `${name}’s`

/** Names a message with its sender, such as `bob’s answer` or `bob’s 2nd answer`. */
export function messageInWords({ from, type, nth }: SceneMessage, names: readonly string[]): string {
  return `${possessive(names[from] ?? '')} ${nth === 1 ? '' : `${ordinal(nth)} `}${type}`
}

/** Describes a message and what happens to it. */
export function fateInWords(
  message: SceneMessage,
  names: readonly string[],
  change: Pick<MessageChange, 'does' | 'ms'> | undefined,
): string {
  const { to, sentAt, arrivesAt } = message
  const times = arrivesAt.map((at) => timeInWords(at)).join(' and ')
  const arrival = arrivesAt.length === 0 ? 'never arrives' : `arrives at ${times}`
  const fate = change === undefined ? '' : `, ${changeInWords(change)}`
  return `${messageInWords(message, names)} to ${names[to] ?? ''}, sent at ${timeInWords(sentAt)}, ${arrival}${fate}`
}

/** Says what a change does to its message. */
export function changeInWords(change: Pick<MessageChange, 'does' | 'ms'> | undefined): string {
  switch (change?.does) {
    case undefined:
      return 'delivered as usual'
    case 'lose':
      return 'lost'
    case 'double':
      return 'doubled'
    case 'delay':
      return `delayed by ${timeInWords(change.ms ?? 0)}`
  }
}

function ordinal(count: number): string {
  const teens = count % 100 > 10 && count % 100 < 14
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')
  return `${count}${ending}`
}
