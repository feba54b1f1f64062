import type { DumpEvent } from './read-dump.ts'

/** The type of the description in an event, from JSON or from the text of an older dump. */
export function descriptionType({ value }: DumpEvent): string | undefined {
  const type = property(value, 'type') ?? /type: (\w+)/.exec(textOf(value))?.[1]
  return typeof type === 'string' && type !== '' ? type : undefined
}

/** Everything that the event says, as text. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)

/** The candidate's type, such as `relay`; `undefined` if the event has no candidate. */
export const candidateType = ({ value }: DumpEvent): string | undefined =>
  /candidate:.* typ (\w+)/.exec(textOf(value))?.[1]

/** Whether the event is about a method that failed, and which one. */
export const failed = ({ type }: DumpEvent): string | undefined =>
  /^(\w+?)(?:On)?Fail(?:ed|ure)$/.exec(type)?.[1]

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
