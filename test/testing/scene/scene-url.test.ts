import { describe, expect, it } from 'vitest'
import {
  decodeScene,
  encodeScene,
  faultKinds,
  generate,
  runScene,
  sceneUrl,
  startScenes,
  type Scene,
} from '../../../src/testing/index.ts'
import { momentaryFaults, qualityFaults } from '../../../src/testing/simulator/scenario.ts'
import { seededRandom, type Random } from '../../../src/testing/simulator/random.ts'
import { parse } from '../../../src/core/index.ts'
import { sceneLink } from '../../../src/testing/scene/scene-url.ts'
import { SceneSchema } from '../../../src/testing/scene/scene-schema.ts'
import { toBase64Url } from '../../../src/testing/scene/base64url.ts'

const [{ scene: call }] = startScenes
const fragmentOf = (value: unknown) => `scene=${toBase64Url(JSON.stringify(value))}`
const problemOf = (fragment: string) => {
  const decoded = decodeScene(fragment)
  return decoded.ok ? undefined : decoded.problem
}
/** The problem of a scene whose scenario has other values for these keys. */
const problemWith = (scenario: object, scene: object = {}) =>
  problemOf(fragmentOf({ ...call, ...scene, scenario: { ...call.scenario, ...scenario } }))

describe('the fragment of a scene', () => {
  it.each(startScenes)('of $id is short, and gives the same scene again', ({ scene }) => {
    const fragment = encodeScene(scene)
    expect(fragment.length).toBeLessThan(1_500)
    expect(fragment).toMatch(/^scene=[\w-]+$/)
    expect(decodeScene(fragment)).toEqual({ ok: true, scene })
    expect(decodeScene(`#${fragment}`)).toEqual({ ok: true, scene })
  })

  it('takes what the simulator generates', () => {
    const met = new Set<string>()
    for (let seed = 0; seed < 400; seed++) {
      const scenario = generate(seed, { clients: 2, faults: new Set(faultKinds) })
      const scene = JSON.parse(JSON.stringify({ title: `seed ${seed}`, scenario })) as Scene
      if (scenario.clients.length > 4 || scenario.timeline.length > 200) continue
      for (const entry of scenario.timeline) if ('fault' in entry) met.add(entry.fault)
      expect(parse(SceneSchema, scene)).toEqual({ ok: true, value: scene })
    }
    expect([...met].sort()).toEqual([...momentaryFaults, ...qualityFaults].sort())
  })

  it('keeps any letters', () => {
    const title = 'glare – “olá” 👋'
    expect(decodeScene(encodeScene({ ...call, title }))).toMatchObject({ ok: true, scene: { title } })
  })

  it('is refused if it is too long', () => {
    const entry = call.scenario.timeline[0]
    const timeline = Array.from({ length: 200 }, () => entry)
    const long = { ...call, scenario: { ...call.scenario, timeline } } as Scene
    expect(() => encodeScene(long)).toThrow(/too long for an address: \d+ characters of at most 8192/)
    expect(problemOf(fragmentOf(long))).toMatch(
      /^The address has \d+ characters after #, more than 8192\. Leave/,
    )
  })
})

describe('the address of a scene', () => {
  it('is in the lab that `npm start` serves, or in another one', () => {
    expect(sceneUrl(call)).toBe(`http://localhost:3000/lab/#${encodeScene(call)}`)
    expect(sceneUrl(call, 'https://example.org/x/lab/')).toBe(
      `https://example.org/x/lab/#${encodeScene(call)}`,
    )
  })
})

describe('the link to a scene', () => {
  it('is a line with its address', () => {
    expect(sceneLink(call)).toBe(`Open it in the lab (npm start): ${sceneUrl(call)}`)
  })

  it('says what to do if the lab could not open it', () => {
    const clients = [...call.scenario.clients, ...call.scenario.clients, ...call.scenario.clients]
    expect(sceneLink({ ...call, scenario: { ...call.scenario, clients } })).toMatch(
      /^The lab cannot open it; runScenario can run it\. .*clients: expected at most 4 entries/,
    )
    const timeline = Array.from({ length: 190 }, () => call.scenario.timeline[0])
    const long = { ...call, scenario: { ...call.scenario, timeline } } as Scene
    expect(sceneLink(long)).toMatch(
      /^The lab cannot open it; .* more than 8192\. Leave something out of it\.$/,
    )
  })
})

describe('a fragment without a scene', () => {
  it.each([
    ['', 'has no scene'],
    ['#', 'has no scene'],
    ['trace=abc', 'has no scene'],
    ['scene=', 'cut off or altered'],
    ['scene=%', 'cut off or altered'],
    ['scene=a', 'cut off or altered'],
    ['scene=____', 'cut off or altered'],
    ['scene=bnVsbA', 'cut off or altered'],
    ['scene=MQ', 'expected Object'],
    [encodeScene(call).slice(0, -5), 'cut off or altered'],
  ])('is refused: %j', (fragment, problem) => {
    expect(problemOf(fragment)).toContain(problem)
    expect(problemOf(fragment)).toMatch(/(Copy|Create) .*\.$/)
  })
})

describe('a scene with something unknown or excessive', () => {
  const entry = (more: object) => problemWith({ timeline: [{ at: 1, ...more }] })
  const first = call.scenario.clients[0]
  const user = (more: object) => problemWith({ clients: [{ ...first, ...more }] })
  const message = (more: object) =>
    problemWith({}, { messages: [{ from: 0, to: 1, type: 'offer', nth: 1, does: 'lose', ...more }] })

  it.each([
    ['a fault', entry({ fault: 'earthquake', client: 0 }), 'timeline.0.fault: expected a known fault'],
    ['an action', entry({ client: 0, action: { type: 'shout' } }), 'action.type: expected a known action'],
    ['a key', entry({ fault: 'path-cut', extra: 1 }), 'timeline.0: expected no other keys'],
    ['a negative time', entry({ fault: 'path-cut', at: -1 }), 'expected a whole number from 0 to 600000'],
    ['a late time', entry({ fault: 'path-cut', at: 600_001 }), 'expected a whole number from 0 to 600000'],
    ['a fraction', entry({ fault: 'path-cut', at: 0.5 }), 'expected a whole number'],
    [
      'a client that does not exist',
      entry({ fault: 'flood', client: 2 }),
      'client 2 does not exist: there are 2',
    ],
    ['a long storm', entry({ fault: 'resume-storm', client: 0, ms: 1e8 }), 'from 0 to 60000'],
    ['five clients', problemWith({ clients: Array(5).fill(first) }), 'clients: expected at most 4 entries'],
    ['no client', problemWith({ clients: [], timeline: [] }), 'clients: expected at least one client'],
    ['201 entries', problemWith({ timeline: Array(201).fill(0) }), 'timeline: expected at most 200 entries'],
    ['a seed', problemWith({ seed: -1 }), 'seed: expected a whole number'],
    ['a name', user({ user: '\u0000' }), 'user: expected no control'],
    ['a long name', user({ user: 'x'.repeat(65) }), 'user: expected at most 64 characters'],
    [
      'a peer',
      user({ peer: 'carrier pigeon' }),
      'peer: expected one of: simple-peer, native, bare-simple-peer',
    ],
    [
      'an answer',
      user({ answers: [{ afterMs: 1, does: 'shout' }] }),
      'expected one of: accept, decline, nothing',
    ],
    ['a long title', problemWith({}, { title: 'x'.repeat(81) }), 'title: expected at most 80 characters'],
    ['a missing title', problemWith({}, { title: undefined }), 'title: expected'],
    ['a message', message({ type: 'smoke' }), 'messages.0.type: expected one of: invite,'],
    ['what happens to it', message({ does: 'burn' }), 'expected one of: lose, double, delay'],
    ['its number', message({ nth: 0 }), 'nth: expected a whole number from 1'],
    ['its addressee', message({ to: 3 }), 'client 3 does not exist'],
  ])('is refused: %s', (_, problem, expected) => {
    expect(problem).toContain(expected)
    expect(problem).toContain('Create it again')
  })
})

describe('any fragment', () => {
  const random = seededRandom(17)

  it('can be decoded without an error, and what is a scene can be run', () => {
    const accepted: Scene[] = []
    for (let round = 0; round < 3_000; round++) {
      const { scene } = random.pick(startScenes)
      const decoded = decodeScene(damaged(random, scene))
      if (decoded.ok) accepted.push(decoded.scene)
      else expect(decoded.problem).toMatch(/\.$/)
    }
    expect(accepted.length).toBeGreaterThan(50)
    for (const scene of accepted.slice(0, 50)) expect(runScene(scene).hash).toMatch(/^[0-9a-f]{8}$/)
  })
})

/** A fragment in which one place of the JSON has another value, or some characters are others. */
function damaged(random: Random, scene: Scene): string {
  const fragment = fragmentOf(random.chance(0.8) ? changedSomewhere(random, scene) : scene)
  if (random.chance(0.7)) return fragment
  const place = random.int(0, fragment.length)
  const noise = String.fromCharCode(...Array.from({ length: random.int(0, 3) }, () => random.int(0, 0xffff)))
  return fragment.slice(0, place) + noise + fragment.slice(place + random.int(0, 3))
}

const odd: readonly unknown[] = [
  ...[null, true, '', 'x', '__proto__', 'accept', 'native', -1, 0, 1, 2, 3, 0.5, 17, 5_000, 1e9, 1e300],
  ...[[], {}, [[]], 'x'.repeat(3_000), JSON.parse('{"__proto__":{"type":"call"}}') as unknown],
]

function changedSomewhere(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return random.pick(odd)
  const keys = Object.keys(value)
  const key = random.pick(keys) ?? ''
  if (Array.isArray(value))
    return value.map((part: unknown, at) => (String(at) === key ? changedSomewhere(random, part) : part))
  if (random.chance(0.05)) return { ...value, [random.pick(['extra', 'ms', 'rate'])]: 1 }
  return { ...value, [key]: changedSomewhere(random, (value as Record<string, unknown>)[key]) }
}
