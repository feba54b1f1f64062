import * as v from 'valibot'
import { FeatureId, limits, UserName, type CallAction, type MessageType } from '../../core/index.ts'
import { bodies } from '../../core/protocol/message.ts'
import { errorKinds, type CallErrorCode } from '../../core/error-codes.ts'
import type { MessageChange } from '../simulator/message-change.ts'
import type { Fault, Scenario, SimulatedUser, TimelineEntry } from '../simulator/scenario.ts'
import type { Scene } from './scene.ts'

/** Upper bounds of a scene. They keep every run short. */
export const sceneLimits = {
  /** Characters of a title. */
  title: 80,
  /** Tabs at the beginning. */
  clients: 4,
  /** Entries of the timeline, and changed messages. */
  entries: 200,
  /** When an entry happens, in milliseconds. */
  at: 10 * 60_000,
  /** How long a fault lasts, in milliseconds; longer than any call. */
  forever: 1e9,
  /** Answers or captures of a user. */
  answers: 20,
} as const

const whole = (most: number, least = 0) => {
  const message = `expected a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}
const oneOf = <const T extends readonly string[]>(names: T) =>
  v.picklist(names, `expected one of: ${names.join(', ')}`)
const text = (most: number) => v.pipe(v.string(), v.maxLength(most, `expected at most ${most} characters`))
const list = <S extends v.GenericSchema>(schema: S, most: number) =>
  // The count is checked first, so a long list costs little.
  v.pipe(
    v.array(v.unknown()),
    v.maxLength(most, `expected at most ${most} entries`),
    v.array(schema),
    v.readonly(),
  )

const at = whole(sceneLimits.at)
const ms = whole(sceneLimits.forever)
const client = whole(sceneLimits.clients - 1)
const kind = oneOf(['audio', 'video'])

const device = v.strictObject({ deviceId: text(64) })
const audio = v.union([v.boolean(), device], 'expected true, false or a device')
const video = v.union(
  [v.boolean(), device, v.literal('screen')],
  'expected true, false, a device or "screen"',
)
const media = v.strictObject({ audio, video })
const name = text(limits.name)

const Action = v.variant(
  'type',
  [
    v.strictObject({ type: v.literal('call'), user: name, media: v.exactOptional(media) }),
    v.strictObject({ type: v.literal('accept'), media: v.exactOptional(media) }),
    v.strictObject({ type: v.literal('decline') }),
    v.strictObject({ type: v.literal('hang-up') }),
    v.strictObject({ type: v.literal('mute'), kind, muted: v.boolean() }),
    v.strictObject({
      type: v.literal('media'),
      change: v.strictObject({ audio: v.exactOptional(audio), video: v.exactOptional(video) }),
    }),
    v.strictObject({ type: v.literal('hold'), held: v.boolean() }),
    v.strictObject({ type: v.literal('send'), id: text(64), text: text(limits.text) }),
    v.strictObject({ type: v.literal('measure') }),
    v.strictObject({ type: v.literal('close') }),
  ],
  'expected a known action',
) satisfies v.GenericSchema<unknown, CallAction>

const fault = <T extends Fault['fault'], E extends v.ObjectEntries>(name: T, entries: E) =>
  v.strictObject({ at, fault: v.literal(name), ...entries })
const which = whole(1e6)
const rate = v.pipe(v.number(), v.minValue(0, 'expected 0 to 1'), v.maxValue(1, 'expected 0 to 1'))
const some = { client, ms, rate }

const FaultEntry = v.variant(
  'fault',
  [
    fault('loss', some),
    fault('lost-ack', some),
    fault('duplication', some),
    fault('reordering', some),
    fault('delay', some),
    fault('one-way-partition', { client, ms }),
    fault('stall', { client, ms }),
    fault('disconnect', { client, ms }),
    fault('relay-restart', { ms }),
    fault('crash', { client, ms }),
    fault('tab-close', { client, ms }),
    fault('freeze', { client, ms }),
    fault('stale', { client, which }),
    fault('replay', { client, which }),
    fault('malformed', { client, which }),
    fault('forged', { client, which }),
    fault('flood', { client }),
    // Its messages are many, and all of them are scheduled at once.
    fault('resume-storm', { client, ms: whole(60_000) }),
    fault('old-invite', { client, ageMs: ms, offerFirst: v.boolean() }),
    fault('takeover', { client }),
    fault('rings-again', { client, times: whole(100), everyMs: whole(sceneLimits.at) }),
    fault('peer-rejects', { client, times: whole(1000), isTold: v.boolean() }),
    fault('peer-breaks', { client, flickers: v.boolean() }),
    fault('device-pulled', { client, kind }),
    fault('device-muted', { client, kind, ms }),
    fault('path-cut', {}),
    fault('path-outage', { ms }),
    fault('path-poor', { client, ms, loss: rate, delayMs: at, bitrate: whole(1e9) }),
    fault('picture-frozen', { client, ms }),
  ],
  'expected a known fault',
) satisfies v.GenericSchema<unknown, TimelineEntry>

const ActionEntry = v.strictObject({ at, client, action: Action })

const Entry = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'fault' in input ? FaultEntry : ActionEntry,
) satisfies v.GenericSchema<unknown, TimelineEntry>

const User = v.strictObject({
  user: UserName,
  clockMs: whole(sceneLimits.forever, -sceneLimits.forever),
  answers: list(
    v.strictObject({ afterMs: at, does: oneOf(['accept', 'decline', 'nothing']) }),
    sceneLimits.answers,
  ),
  captures: list(
    v.strictObject({
      afterMs: at,
      refusal: v.exactOptional(oneOf(Object.keys(errorKinds) as CallErrorCode[])),
      refused: v.exactOptional(kind),
    }),
    sceneLimits.answers,
  ),
  peer: oneOf(['simple-peer', 'native', 'bare-simple-peer']),
  features: v.exactOptional(
    list(v.strictObject({ id: FeatureId, usesRelay: v.exactOptional(v.boolean()) }), limits.features),
  ),
  verdicts: v.exactOptional(
    v.pipe(
      v.record(name, oneOf(['yes', 'busy', 'ignore', 'throws'])),
      v.check((verdicts) => Object.keys(verdicts).length <= 20, 'expected at most 20 users'),
    ),
  ),
  quality: v.exactOptional(oneOf(['watches', 'adapts'])),
  recordsAt: v.exactOptional(at),
}) satisfies v.GenericSchema<unknown, SimulatedUser>

const Scenario = v.strictObject({
  seed: whole(2 ** 32 - 1),
  clients: v.pipe(list(User, sceneLimits.clients), v.minLength(1, 'expected at least one client')),
  timeline: list(Entry, sceneLimits.entries),
  settles: v.boolean(),
  relayFeatures: v.exactOptional(list(FeatureId, limits.features)),
}) satisfies v.GenericSchema<unknown, Scenario>

const Change = v.strictObject({
  from: client,
  to: client,
  type: oneOf(Object.keys(bodies) as MessageType[]),
  nth: whole(1e5, 1),
  does: oneOf(['lose', 'double', 'delay']),
  ms: v.exactOptional(whole(sceneLimits.at)),
}) satisfies v.GenericSchema<unknown, MessageChange>

/** Checks a scene of unknown origin. What passes can be run, and its run ends soon. */
export const SceneSchema: v.GenericSchema<unknown, Scene> = v.pipe(
  v.strictObject({
    title: text(sceneLimits.title),
    scenario: Scenario,
    messages: v.exactOptional(list(Change, sceneLimits.entries)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { scenario, messages = [] } = dataset.value
    const count = scenario.clients.length
    const named = [
      ...scenario.timeline.flatMap((entry) => ('client' in entry ? [entry.client] : [])),
      ...messages.flatMap(({ from, to }) => [from, to]),
    ]
    const missing = named.find((index) => index >= count)
    if (missing !== undefined)
      addIssue({ message: `client ${missing} does not exist: there are ${count}, counted from 0` })
  }),
)
