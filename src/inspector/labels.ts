import { isFact } from '../inspect/is-fact.ts'
import type { LoggedEvent, LoggedStep } from '../inspect/index.ts'
import { look, type Look } from '../testing/marble-diagram/look-of-entry.ts'

export { duration, lookOfEntry, type Look } from '../testing/marble-diagram/look-of-entry.ts'

/** How a step is drawn; undefined for an input or an effect, because the crossing beside it is drawn. */
export function lookOfStep({ event }: LoggedStep): Look | undefined {
  if (!isFact(event.type)) return undefined
  return look('facts', factInWords(event), 'error' in event)
}

function factInWords(event: LoggedEvent): string {
  const { type, reason, by, recovery, error } = event
  if (type === 'ended' && typeof reason === 'string') return `ended, ${reason}`
  if (type === 'answered' && typeof by === 'string') return `answered, ${by}`
  if (type === 'error' && isRecord(error) && typeof error.error === 'string') return error.error
  if (type === 'recovering') return isRecord(recovery) ? `recovering, ${String(recovery.step)}` : 'recovered'
  return type
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
