// The rules for messages, written a second time from docs/protocol.md, to compare with the relay's check.

type Check = (value: unknown) => boolean

const bytes = (value: string) => Buffer.byteLength(value)
const text =
  (max: number, min = 0): Check =>
  (value) =>
    typeof value === 'string' && bytes(value) <= max && value.length >= min
const count =
  (max = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max
const flag: Check = (value) => typeof value === 'boolean'
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const id: Check = (value) => typeof value === 'string' && value.length === 32 && !/[^0-9a-f]/.test(value)
const name: Check = (value) =>
  typeof value === 'string' &&
  value.length >= 1 &&
  value.length <= 64 &&
  value.trim() === value &&
  !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(value)

/** An object with exactly these keys; `?` at the end of one marks that it may be missing. */
const object =
  (checks: Record<string, Check>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = Object.entries(checks).map(
      ([key, check]) => [key.replace('?', ''), key.endsWith('?'), check] as const,
    )
    return (
      Object.keys(value).every((key) => entries.some(([known]) => known === key)) &&
      entries.every(([key, optional, check]) =>
        Object.hasOwn(value, key) ? check((value as Record<string, unknown>)[key]) : optional,
      )
    )
  }

const candidate = object({
  candidate: text(1024),
  'sdpMid?': orNull(text(64)),
  'sdpMLineIndex?': orNull(count(65_535)),
  'usernameFragment?': orNull(text(256)),
})
const feature: Check = (value) => text(16, 1)(value) && !/[^-a-z]/.test(String(value))
const features: Check = (value) => Array.isArray(value) && value.length <= 16 && value.every(feature)
const none = object({})
const description = object({ sdp: text(65_536, 1) })
const bodies: Record<string, Check> = {
  invite: object({ media: object({ audio: flag, video: flag }), 'features?': features }),
  ringing: object({ 'features?': features }),
  offer: description,
  answer: description,
  candidates: object({
    list: (value) => Array.isArray(value) && value.length <= 64 && value.every(candidate),
    'end?': flag,
  }),
  renegotiate: object({ 'restart?': flag, 'replace?': flag }),
  accept: none,
  select: none,
  decline: none,
  busy: none,
  cancel: object({ reason: oneOf('cancelled', 'no-answer', 'answered-elsewhere') }),
  'hang-up': object({ reason: oneOf('hung-up', 'cancelled', 'media-error', 'failed') }),
  ack: object({ seq: count() }),
  resume: object({ lastSeq: count() }),
  gone: none,
}

const depth = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0

/** How the relay has to decide on a message. */
export function decide(input: unknown): 'ok' | 'invalid-message' | 'message-too-large' {
  if (depth(input) > 32) return 'invalid-message'
  if (bytes(JSON.stringify(input)) > 81_920) return 'message-too-large'
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined
  if (typeof type !== 'string' || !Object.hasOwn(bodies, type)) return 'invalid-message'
  const message = object({
    v: oneOf(1),
    type: oneOf(type),
    callId: id,
    to: object({ user: name, 'party?': id }),
    'seq?': count(),
    'epoch?': count(),
    'ttlMs?': count(600_000),
    body: bodies[type] ?? none,
  })
  return message(input) ? 'ok' : 'invalid-message'
}
