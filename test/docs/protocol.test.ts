import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BehaviorSubject, of, toArray } from 'rxjs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { MAX_BACKLOG } from '../../server/limits/backlog.ts'
import { MAX_PARTIES } from '../../server/users/held-names.ts'
import { resumeRate } from '../../src/core/transport/resume-limit.ts'
import { incomingInvites } from '../../src/core/call/setup/incoming-invite.ts'
import {
  defaultSettings,
  systemEnv,
  type CallEvent,
  type CallState,
  type IncomingOf,
  type Party,
  everybody,
} from '../../src/core/index.ts'
import { initialState, strangerRates } from '../../src/core/stages/index.ts'
import { WINDOW } from '../../src/core/reliable-channel/sliding-window.ts'
import {
  DataMessage,
  HandshakeAuth,
  IncomingMessage,
  IssuedIceServers,
  limits,
  OutgoingMessage,
  parse,
  RandomId,
  UserName,
  Welcome,
  type Closing,
  type HandshakeRefusal,
  type RefusalCode,
} from '../../src/core/protocol/index.ts'
import { bodies } from '../../src/core/protocol/message.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const document = read('docs/protocol.md')

// Records, so that the compiler asks for every code that there is.
const handshakeCodes: Readonly<Record<HandshakeRefusal['code'], true>> = {
  'name-taken': true,
  'too-many-parties': true,
  'invalid-name': true,
  'invalid-claim': true,
  'name-mismatch': true,
  'too-many-connections': true,
  'relay-full': true,
  moving: true,
  'token-missing': true,
  'token-invalid': true,
  'token-expired': true,
  'not-allowed': true,
  'not-ready': true,
  'auth-unavailable': true,
}
const closingCodes: Readonly<Record<Closing['code'], true>> = {
  'token-expired': true,
  moving: true,
}
const receiptCodes: Readonly<Record<RefusalCode, true>> = {
  'invalid-message': true,
  'message-too-large': true,
  unreachable: true,
  'too-many-messages': true,
  'too-many-invites': true,
}
const keysOf = <K extends string>(record: Readonly<Record<K, true>>) => Object.keys(record) as K[]

describe('the examples of docs/protocol.md', () => {
  const problem = v.string()
  const step = v.strictObject({ type: v.picklist(['joined', 'left']), user: UserName })
  const handshakeCode = v.picklist(keysOf(handshakeCodes))
  const receiptCode = v.picklist(keysOf(receiptCodes))
  const schemas: Readonly<Record<string, v.GenericSchema>> = {
    claim: HandshakeAuth,
    closing: v.strictObject({
      code: v.picklist(keysOf(closingCodes)),
      problem,
      withinMs: v.exactOptional(v.number()),
    }),
    refusal: v.strictObject({ code: handshakeCode, problem }),
    welcome: v.strictObject(Welcome.entries),
    roster: v.variant('type', [
      v.strictObject({ type: v.literal('all'), users: v.array(UserName) }),
      step,
      v.strictObject({ type: v.literal('changes'), list: v.array(step) }),
    ]),
    'ice-servers': IssuedIceServers,
    receipt: v.variant('ok', [
      v.strictObject({ ok: v.literal(true) }),
      v.strictObject({ ok: v.literal(false), code: receiptCode, problem }),
    ]),
    'to-relay': OutgoingMessage,
    delivered: IncomingMessage,
    data: DataMessage,
  }
  const examples = [...document.matchAll(/^```(json\S*)(.*)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, language = '', kind = '', text = '']) =>
      (language === 'jsonl' ? text.trim().split('\n') : [text]).map((json) => ({
        kind: kind.trim(),
        json,
        value: JSON.parse(json) as unknown,
      })),
  )

  it.each(examples)('$kind: $json', ({ kind, value }) => {
    const schema = schemas[kind]
    expect(schema, `the kind "${kind}" of an example`).toBeDefined()
    if (schema) expect(parse(schema, value)).toEqual({ ok: true, value })
  })

  it('cover every kind, and every type of message', () => {
    const typesOf = (kind: string) =>
      examples.flatMap(({ kind: its, value }) => (its === kind ? [(value as { type: string }).type] : []))
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(Object.keys(schemas)))
    expect(new Set(typesOf('to-relay'))).toEqual(new Set(Object.keys(bodies)))
    expect(new Set(typesOf('data'))).toEqual(new Set(['text', 'ack', 'media', 'quality']))
    expect(new Set(rowsOf('type', 'from').map(([type]) => type))).toEqual(new Set(Object.keys(bodies)))
  })
})

describe('the tables of docs/protocol.md', () => {
  it('list every refusal code', () => {
    const codes = rowsOf('code', 'meaning').map(([code]) => code)
    expect(codes.sort()).toEqual([...keysOf(handshakeCodes), ...keysOf(receiptCodes)].sort())
    const ends = rowsOf('code', 'what to do').map(([code]) => code)
    expect(ends.sort()).toEqual(keysOf(closingCodes).sort())
  })

  it('list the limits', () => {
    expect(numbersIn('limit')).toEqual(limits)
  })

  it('list the settings', () => {
    expect(numbersIn('setting')).toEqual(Object.fromEntries(numbersOf(defaultSettings)))
  })

  it('list the other bounds', () => {
    expect(numbersIn('bound')).toEqual({ WINDOW, MAX_PARTIES, MAX_BACKLOG })
  })

  it('say how often a resume is answered', () => {
    const { burst, perSecond } = resumeRate
    expect(document).toContain(`answer ${burst} at once, plus ${perSecond} a second`)
  })

  it('list the rates for strangers', () => {
    const rates = rowsOf('rate', 'at once').map(([name, burst, perSecond]) => [
      name,
      { burst: Number(burst), perSecond: Number(perSecond) },
    ])
    expect(Object.fromEntries(rates)).toEqual(strangerRates)
  })
})

describe('the glare vectors of docs/protocol.md', () => {
  const alice: Party = { user: 'alice', party: 'a'.repeat(32) }
  const bob: Party = { user: 'bob', party: 'b'.repeat(32) }
  const vectors = rowsOf("Alice's call", "Bob's call")

  it('include both outcomes', () => {
    expect(new Set(vectors.map(([, , yields]) => yields))).toEqual(new Set(['Alice', 'Bob']))
  })

  it.each(vectors)('%s against %s: %s yields', (ofAlice = '', ofBob = '', yields = '') => {
    expect(meet(alice, ofAlice, bob, ofBob)).toBe(yields === 'Alice' ? 'yielded' : 'dismissed')
    // A client that still captures has sent no invite for the other side to decide about.
    if (parse(RandomId, ofAlice).ok)
      expect(meet(bob, ofBob, alice, ofAlice)).toBe(yields === 'Bob' ? 'yielded' : 'dismissed')
  })
})

it('the client written from docs/protocol.md imports nothing of the library', () => {
  const folder = 'test/integration/support'
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, from = ''] of read(`${folder}/${file}`).matchAll(/(?:from|import\(?) *'([^']+)'/g)) {
      if (from.startsWith('./independent-')) visit(from.slice(2))
      else expect(from, file).toMatch(/^(@roamhq\/wrtc|socket\.io-client|node:\w+)$/)
    }
  }
  visit('independent-client.ts')
  expect(seen.size).toBeGreaterThan(1)
})

/** What happens to the invite of `other`'s call at `self`, who calls `other`: with an id, or not quite yet. */
function meet(self: Party, own: string, other: Party, theirs: string): string | undefined {
  const isOut = parse(RandomId, own).ok
  const call: CallState = {
    phase: 'calling',
    role: 'caller',
    callId: isOut ? own : '0'.repeat(32),
    remote: { user: other.user },
    media: defaultSettings.media,
    progress: isOut ? 'inviting' : 'capturing',
    contacts: [],
  }
  const invite: IncomingOf<'invite'> = {
    v: 1,
    type: 'invite',
    callId: theirs,
    to: { user: self.user },
    from: other,
    ageMs: 0,
    body: { media: { audio: true, video: true } },
  }
  const event$ = of<CallEvent>({ type: 'received', message: invite })
  const client$ = new BehaviorSubject({ ...initialState, call })
  let outcomes: readonly CallEvent[] = []
  incomingInvites({ event$, client$, settings: defaultSettings }, everybody, systemEnv)
    .pipe(toArray())
    .subscribe({ next: (all) => (outcomes = all), error: () => undefined })
  return outcomes.map(({ type }) => type).find((type) => type === 'yielded' || type === 'dismissed')
}

/** The cells of the tables whose first two columns have these heads, without backticks. */
function rowsOf(...heads: readonly string[]): string[][] {
  const tables = document.split(/\n\n+/).filter((block) => block.startsWith('| '))
  const rows = tables
    .map((table) => table.split('\n').map((line) => cellsOf(line)))
    .filter(([head]) => heads.every((each, place) => head?.[place] === each))
    .flatMap((table) => table.slice(2))
  expect(rows.length, `rows of a table of ${heads.join(', ')}`).toBeGreaterThan(0)
  return rows
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'))
}

/** The numbers in an object and in those within it, each with its path: `recovery.waitMs`. */
function numbersOf(object: object): (readonly [string, number])[] {
  return Object.entries(object).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'number') return [[key, value] as const]
    if (typeof value !== 'object' || value === null) return []
    return numbersOf(value).map(([path, number]) => [`${key}.${path}`, number] as const)
  })
}

const numbersIn = (head: string) =>
  Object.fromEntries(rowsOf(head).map(([name = '', value]) => [name, Number(value)]))
