import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { servers, urls } from '../../../scripts/ice-verdicts/cases.js'
import { root } from '../../../scripts/lib/run.js'
import { checkIceServer, problemOfIceServerUrl } from '../../../src/core/protocol/index.ts'
import { blockedPorts } from '../../../src/core/protocol/blocked-ports.ts'

interface Verdict {
  readonly chromium: string
  readonly firefox: string
}
/** The file that the script ice-verdicts wrote. */
const lines = readFileSync(join(root, 'test/fixtures/ice-server-verdicts.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as unknown)
const ports = (lines[1] as { refusedPorts: Record<'chromium' | 'firefox', number[]> }).refusedPorts
const judged = lines.slice(2) as ((Verdict & { url: string }) | (Verdict & { server: unknown }))[]
const ofUrls = judged.flatMap((line) => ('url' in line ? [line] : []))
const ofServers = judged.flatMap((line) => ('server' in line ? [line] : []))
const isTaken = ({ chromium, firefox }: Verdict) => chromium === 'ok' && firefox === 'ok'

/** Cases that both browsers accept and the check refuses, with the reason. */
const stricter: readonly (readonly [why: string, pattern: RegExp])[] = [
  ['white space and control characters: a slip, which Firefox alone removes', /[\s\0\u00ad\u200b]/],
  ['what cannot be seen, or is a number in a circle as an IPv4 address', /[\u115f\u1806]|:①/],
  ['names from right to left: URL parsers do not agree on them; `xn--` works', /[א-ي]/],
  ['dots of other alphabets', /[。．]/],
  ['what is no character of a host name resolves nowhere', /[~!$&'()+,;=%]/],
  ['an empty label is none of DNS', /:\.|\.\./],
  [
    'short and odd forms of IPv4 addresses: resolvers do not agree on them',
    /:(1|1\.2\.3|0x7f\.1|192\.0\.2\.1\.|１２７\.0\.0\.1)(:|$)/,
  ],
  ['longer than a relay may send', /^.{257}/],
]

describe('the check of ICE servers', () => {
  it('is compared with the verdicts of browsers on all cases', () => {
    expect(ofUrls.map(({ url }) => url)).toEqual(urls)
    expect(ofServers.map(({ server }) => server)).toEqual(JSON.parse(JSON.stringify(servers)))
  })

  it('accepts no URL that Chromium or Firefox refuses', () => {
    const accepted = ofUrls.filter(({ url }) => problemOfIceServerUrl(url) === undefined)
    expect(accepted.filter((verdict) => !isTaken(verdict))).toEqual([])
    expect(accepted.length).toBeGreaterThan(150)
  })

  it('refuses what both browsers accept only if it is listed here', () => {
    const refused = ofUrls.filter((verdict) => isTaken(verdict) && problemOfIceServerUrl(verdict.url))
    const unexplained = refused.filter(({ url }) => !stricter.some(([, pattern]) => pattern.test(url)))
    expect(unexplained.map(({ url }) => url)).toEqual([])
    for (const [why, pattern] of stricter)
      expect(
        refused.some(({ url }) => pattern.test(url)),
        why,
      ).toBe(true)
  })

  it('refuses the ports that browsers refuse, and no others', () => {
    const refused = [...new Set([...ports.chromium, ...ports.firefox])].sort((a, b) => a - b)
    expect([0, ...blockedPorts]).toEqual(refused)
  })

  it('keeps the parts of a server that Chromium and Firefox accept', () => {
    for (const { server, ...verdict } of ofServers) {
      const { server: left, problems } = checkIceServer(server)
      if (!isTaken(verdict)) expect(problems, JSON.stringify(server)).not.toEqual([])
      if (problems.length === 0) expect(left).toBeDefined()
    }
  })

  it.each([
    ['stun:stun.example.org?transport=udp', /takes no parameters/],
    ['stun:host:99999', /port is not a number from 1 to 65535/],
    ['stun:host:', /port is not a number/],
    ['turn:host:6667', /browsers block port 6667/],
    ['turn:host?transport=sctp', /\?transport=udp or \?transport=tcp/],
    ['turn:host?x=y', /the only parameter is transport/],
    ['stun:[::1', /too many colons|neither a host name/],
    ['stun:a:b:c', /too many colons; an IPv6 address is in brackets/],
    ['stun:2001:db8::1', /in brackets/],
    ['stun://host', /follows stun: directly, without \/\//],
    ['turn:user:secret@host', /user name in it; give username and credential/],
    ['stuns:host', /no browser supports stuns:/],
    ['stun.example.org', /does not begin with stun:, turn: or turns:/],
    ['stun:', /names no host/],
    ['stun:host/path', /nothing but a port/],
    ['stun:256.1.1.1', /neither a host name nor an IP address/],
    [`stun:${'a'.repeat(252)}`, /longer than 256/],
    [7, /a URL is a text/],
  ])('reports what is wrong with %j', (url, problem) => {
    expect(problemOfIceServerUrl(url)).toMatch(problem)
  })

  it('keeps the usable URLs, and reports the others', () => {
    const urls = ['stun:a', 'stun:b:99999', 'turn:c', 7]
    expect(checkIceServer({ urls, credential: 'a secret', x: 1 })).toEqual({
      server: { urls: ['stun:a'] },
      problems: [
        '"stun:b:99999": its port is not a number from 1 to 65535',
        '"turn:c": a TURN server needs "username" and "credential"',
        'number: a URL is a text',
      ],
    })
  })

  it('reports no password in a URL, and shortens a long URL', () => {
    const { problems } = checkIceServer({
      urls: ['turn:u:secret@host', `turn://u:secret@${'a'.repeat(500)}`],
    })
    expect(problems.join()).not.toMatch(/secret/)
    expect(problems.join()).toMatch(/"turn:…@host".*"turn:\/\/…@a/)
    expect(problems.join().length).toBeLessThan(400)
  })
})
