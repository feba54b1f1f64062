import type * as v from 'valibot'
import { parse, type Parsed } from '../../core/index.ts'
import { fromBase64Url, toBase64Url } from './base64url.ts'

/** Where the lab is after `npm start`. */
export const LAB = 'http://localhost:3000/lab/'

/** How long a fragment may be, in characters. */
export const MAX_FRAGMENT = 8_192

/** Writes plain data as the fragment of an address, without `#`: `scene=eyJ0…`. */
export function writeFragment(key: string, value: unknown): string {
  return `${key}=${toBase64Url(JSON.stringify(value))}`
}

/** Reads what {@link writeFragment} wrote under this key. Never throws; `problem` says what is wrong, and what to do. */
export function readFragment<S extends v.GenericSchema>(
  fragment: string,
  key: string,
  schema: S,
): Parsed<v.InferOutput<S>> {
  const text = fragment.startsWith('#') ? fragment.slice(1) : fragment
  if (text.length > MAX_FRAGMENT)
    return wrong(
      `The address has ${text.length} characters after #, more than ${MAX_FRAGMENT}. Leave something out of it.`,
    )
  if (!text.startsWith(`${key}=`))
    return wrong(`The address has no ${key}. Copy everything after #, from "${key}=" on.`)
  const json = fromBase64Url(text.slice(key.length + 1))
  const value = json === undefined ? undefined : fromJson(json)
  if (value === undefined) return wrong('The address was cut off or altered. Copy it again, to its end.')
  const parsed = parse(schema, value)
  if (parsed.ok) return parsed
  return wrong(
    `This version cannot read the address: ${parsed.problem}. It may come from another version of rxcall. Create it again with this one.`,
  )
}

const wrong = (problem: string) => ({ ok: false, problem }) as const

/** No valid fragment is `null`, so `undefined` can stand for text that is not JSON. */
function fromJson(json: string): unknown {
  try {
    return JSON.parse(json) ?? undefined
  } catch {
    return undefined
  }
}
