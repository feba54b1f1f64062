import * as v from 'valibot'
import { FeatureList } from './features.ts'
import { limits } from './limits.ts'
import { UserName } from './user-name.ts'

/** The protocol version in every message. */
export const PROTOCOL_VERSION = 1

/** Text of at most `max` bytes. Each UTF-16 unit takes at most three, so most texts need no counting. */
const bytes = (max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => text.length * 3 <= max || v.is(v.pipe(v.string(), v.maxBytes(max)), text),
      `expected at most ${max} bytes`,
    ),
  )
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** 128 random bits in lower-case hexadecimal. */
export const RandomId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))

/** One connected tab or device of a user. */
export const Party = v.strictObject({ user: UserName, party: RandomId })

/** Whom a message is for: every party of a user, or one of them. */
export const Address = v.strictObject({ user: UserName, party: v.exactOptional(RandomId) })

const Candidate = v.strictObject({
  candidate: bytes(limits.candidate),
  sdpMid: v.exactOptional(v.nullable(bytes(64))),
  sdpMLineIndex: v.exactOptional(v.nullable(v.pipe(count, v.maxValue(65_535)))),
  usernameFragment: v.exactOptional(v.nullable(bytes(256))),
})

/** An object without required keys. Valibot would accept an empty list as one, and turn it into an object. */
const optional = <E extends v.ObjectEntries>(entries: E) =>
  v.pipe(
    v.unknown(),
    v.check((input) => !Array.isArray(input), 'expected an object'),
    v.strictObject(entries),
  )

const Empty = optional({})
const Description = v.strictObject({ sdp: v.pipe(bytes(limits.sdp), v.minLength(1)) })

/** The body of each type of message. */
export const bodies = {
  invite: v.strictObject({
    media: v.strictObject({ audio: v.boolean(), video: v.boolean() }),
    features: v.exactOptional(FeatureList),
  }),
  ringing: optional({ features: v.exactOptional(FeatureList) }),
  offer: Description,
  answer: Description,
  candidates: v.strictObject({
    list: v.pipe(v.array(Candidate), v.maxLength(limits.batch)),
    end: v.exactOptional(v.boolean()),
  }),
  renegotiate: optional({
    restart: v.exactOptional(v.boolean()),
    replace: v.exactOptional(v.boolean()),
  }),
  accept: Empty,
  select: Empty,
  decline: Empty,
  busy: Empty,
  cancel: v.strictObject({ reason: v.picklist(['cancelled', 'no-answer', 'answered-elsewhere']) }),
  'hang-up': v.strictObject({ reason: v.picklist(['hung-up', 'cancelled', 'media-error', 'failed']) }),
  ack: v.strictObject({ seq: count }),
  resume: v.strictObject({ lastSeq: count }),
  gone: Empty,
}

export type MessageType = keyof typeof bodies

const envelope = {
  v: v.literal(PROTOCOL_VERSION),
  callId: RandomId,
  to: Address,
  seq: v.exactOptional(count),
  epoch: v.exactOptional(count),
  ttlMs: v.exactOptional(v.pipe(count, v.maxValue(limits.ttlMs))),
}
const stamp = { from: Party, ageMs: count }

/** The schemas of all message types, with these entries besides type and body. Looked up by type, not tried in turn. */
const variants = <E extends v.ObjectEntries>(entries: E) => {
  const message = <T extends MessageType>(type: T) =>
    v.strictObject({ ...entries, type: v.literal(type), body: bodies[type] })
  const schemas = {
    invite: message('invite'),
    ringing: message('ringing'),
    offer: message('offer'),
    answer: message('answer'),
    candidates: message('candidates'),
    renegotiate: message('renegotiate'),
    accept: message('accept'),
    select: message('select'),
    decline: message('decline'),
    busy: message('busy'),
    cancel: message('cancel'),
    'hang-up': message('hang-up'),
    ack: message('ack'),
    resume: message('resume'),
    gone: message('gone'),
  }
  const anyType = v.variant('type', Object.values(schemas))
  return v.lazy((input) => {
    const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined
    return isMessageType(type) ? schemas[type] : anyType
  })
}

function isMessageType(type: unknown): type is MessageType {
  return typeof type === 'string' && Object.hasOwn(bodies, type)
}

/** What a client hands to the relay. A `from` in it is refused: only the relay names the sender. */
export const OutgoingMessage = variants(envelope)
/** What the relay delivers: the message with `from` (the authenticated sender) and `ageMs` (time spent at the relay). */
export const IncomingMessage = variants({ ...envelope, ...stamp })

export type Party = v.InferOutput<typeof Party>
export type Address = v.InferOutput<typeof Address>
export type CandidateInit = v.InferOutput<typeof Candidate>
export type OutgoingMessage = v.InferOutput<typeof OutgoingMessage>
export type IncomingMessage = v.InferOutput<typeof IncomingMessage>
export type IncomingOf<T extends MessageType> = Extract<IncomingMessage, { type: T }>
export type OutgoingOf<T extends MessageType> = Extract<OutgoingMessage, { type: T }>
export type CancelReason = OutgoingOf<'cancel'>['body']['reason']
export type HangUpReason = OutgoingOf<'hang-up'>['body']['reason']
