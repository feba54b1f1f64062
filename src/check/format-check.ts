import { checkIds, type CheckStep } from './check-step.ts'

/**
 * A check as text, to copy into a support request: a line for each step with its latest verdict, figures and advice.
 * It holds no address, no name of a user, and no credential.
 *
 * @example
 * check(options).pipe(toArray()).subscribe((steps) => navigator.clipboard.writeText(formatCheck(steps)))
 */
export function formatCheck(steps: readonly CheckStep[]): string {
  const latest = new Map(steps.map((step) => [step.id, step]))
  return checkIds
    .flatMap((id) => {
      const step = latest.get(id)
      return step ? [lineOf(step)] : []
    })
    .join('\n')
}

function lineOf({ id, verdict, advice, figures = {} }: CheckStep): string {
  const measured = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  const details = [...measured, ...(advice === undefined ? [] : [withoutAddresses(advice)])]
  return `${id}: ${verdict}${details.length === 0 ? '' : ` (${details.join(', ')})`}`
}

/** Messages of the browser and the relay may quote addresses and URLs. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[address]')
    .replace(/\b(?:stuns?|turns?):\S+/gi, '[address]')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]')
    .replace(/\[?(?:[0-9a-f]{0,4}:){2,}[0-9a-f.]*\]?/gi, '[address]')
    .replace(/"[^"]*"/g, '[name]')
