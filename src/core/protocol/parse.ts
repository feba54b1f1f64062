import * as v from 'valibot'

/** The outcome of checking a value of unknown origin: the typed value, or a description of what is wrong with it. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/**
 * Checks `input` against `schema` and never throws. `problem` names the first place that is wrong, and quotes nothing of
 * the input, which may be large or hostile.
 *
 * @example
 * const parsed = parse(UserName, input)
 * if (parsed.ok) greet(parsed.value)
 * else log(parsed.problem) // 'message: expected at least one character'
 */
export function parse<S extends v.GenericSchema>(schema: S, input: unknown): Parsed<v.InferOutput<S>> {
  try {
    const result = v.safeParse(schema, input, { abortEarly: true })
    return result.success
      ? { ok: true, value: result.output }
      : { ok: false, problem: problemOf(result.issues[0]) }
  } catch {
    // A getter or proxy in the sender's object may throw.
    return { ok: false, problem: 'message: expected plain data' }
  }
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  // The sender chose the name of an unknown key, so the report must not repeat it. It gives only the place.
  const unknownKey = issue.expected === 'never'
  const path = (unknownKey ? issue.path?.slice(0, -1) : issue.path) ?? []
  const where = path.map(({ key }) => String(key)).join('.') || 'message'
  if (unknownKey) return `${where}: expected no other keys`
  // Valibot's own texts quote what was received; those of our schemas do not.
  return `${where}: ${issue.message.startsWith('Invalid ') ? `expected ${issue.expected ?? 'another value'}` : issue.message}`
}
