import { defaultLimits, type Allowance, type RelayLimits } from '../limits/relay-limits.ts'

const entries = Object.entries(defaultLimits) as [keyof RelayLimits, number | Allowance][]

/** Lines that name every limit with its default, as `NAME=N` or `NAME=N/SECONDS`. */
export const describeLimits = (): readonly string[] =>
  entries.map(([name, value]) =>
    typeof value === 'number' ? `  ${name}=${value}` : `  ${name}=${value.points}/${value.seconds}`,
  )

/** Parses limits as {@link describeLimits} writes them, or returns a line that says what is wrong. `off` removes a limit. */
export function readLimits(texts: readonly string[]): Partial<RelayLimits> | string {
  const limits: Partial<Record<keyof RelayLimits, number | Allowance>> = {}
  for (const text of texts) {
    const [name, value] = text.split('=', 2)
    const known = entries.find(([each]) => each === name)
    if (!known || value === undefined)
      return `${text} is not a limit; give one such as connections=500, and see --help for all`
    // A time limit cannot be off.
    const isTime = known[0].endsWith('Ms')
    const limit = isTime && value === 'off' ? undefined : readLimit(value, known[1])
    if (limit === undefined)
      return `${text} is not a limit; ${known[0]} is written ${typeof known[1] === 'number' ? 'N' : 'N/SECONDS'}, with a number${isTime ? '' : ' or off'} for N`
    limits[known[0]] = limit
  }
  return limits as Partial<RelayLimits>
}

function readLimit(text: string, usual: number | Allowance): number | Allowance | undefined {
  if (typeof usual === 'number') return text === 'off' ? Infinity : numberIn(text)
  if (text === 'off') return { points: Infinity, seconds: usual.seconds }
  const [points, seconds] = text.split('/').map(numberIn)
  return text.split('/').length === 2 && points !== undefined && seconds ? { points, seconds } : undefined
}

const numberIn = (text: string) => (/^\d{1,12}$/.test(text) ? Number(text) : undefined)
