import { describe, expect, it } from 'vitest'
import { allowHost, hostsFor, readHosts, type Hosts } from '../../../server/access/allow-host.ts'
import { createRelay, type LogEntry, type RelayOptions } from '../../../server/index.ts'
import { startRelay } from '../support/relay-fixture.ts'

const request = (host: string | undefined, localAddress = '127.0.0.1') => ({
  headers: { ...(host !== undefined && { host }) },
  socket: { localAddress },
})

it.each<[string | undefined, boolean]>([
  ['localhost', true],
  ['localhost:3000', true],
  ['LOCALHOST:3000', true],
  ['localhost.', true],
  ['app.localhost:3000', true],
  ['127.0.0.1:3000', true],
  ['127.8.9.10', true],
  ['0x7f.1', true],
  ['[::1]:3000', true],
  ['[0:0:0:0:0:0:0:1]', true],
  ['call.example', true],
  ['Call.Example.:443', true],
  ['xn--bcher-kva.example', true],
  [undefined, true],
  ['evil.example:3000', false],
  ['sub.call.example', false],
  ['call.example.evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['evil.example@call.example', false],
  ['call.example/evil.example', false],
  ['192.0.2.1', false],
  ['0.0.0.0:3000', false],
  ['', false],
])('the host %j is allowed beside call.example: %s', (host, allowed) => {
  expect(allowHost(request(host), readHosts(['call.example', 'bücher.example']))).toBe(allowed)
})

it.each([
  ['192.0.2.1:3000', '192.0.2.1'],
  ['192.0.2.1:3000', '::ffff:192.0.2.1'],
  ['[2001:db8::1]:3000', '2001:db8:0::1'],
  ['[fe80::1]', 'fe80::1%eth0'],
])('the host %j is allowed if the request arrived at %s', (host, localAddress) => {
  expect(allowHost(request(host, localAddress), [])).toBe(true)
  expect(allowHost(request(host, '192.0.2.9'), [])).toBe(false)
})

it('uses the host of HTTP/2', () => {
  const of = (authority: string) => ({ headers: { ':authority': authority }, socket: {} })
  expect(allowHost(of('call.example'), ['call.example'])).toBe(true)
  expect(allowHost(of('evil.example'), ['call.example'])).toBe(false)
})

it.each<[string, Hosts | undefined, boolean, Hosts]>([
  ['localhost', undefined, false, []],
  ['127.0.0.2', undefined, false, []],
  ['::1', undefined, false, []],
  ['localhost', undefined, true, '*'],
  ['0.0.0.0', undefined, false, '*'],
  ['192.0.2.1', undefined, false, '*'],
  ['localhost', ['call.example'], true, ['call.example']],
  ['0.0.0.0', ['call.example'], false, ['call.example']],
  ['localhost', '*', false, '*'],
])('on %s, given %j, behind a proxy: %s, answers to %j', (listensOn, hosts, behindProxy, expected) => {
  expect(hostsFor(listensOn, hosts, behindProxy)).toEqual(expected)
})

it.each(['https://call.example', 'call.example/path', '*.example', 'a b', ''])(
  'refuses %j as a host at the start, by name',
  (host) => {
    expect(() => createRelay({ hosts: ['a.example', host] })).toThrow(`${host} is not a host`)
  },
)

describe('the log of a relay that starts', () => {
  const warnings = async (options: RelayOptions) => {
    const log: LogEntry[] = []
    await startRelay({ ...options, log: (entry) => log.push(entry) })
    return log.flatMap((entry) => (entry.event === 'warning' ? entry.message : []))
  }

  it.each<RelayOptions>([
    { trustedProxies: 1 },
    { host: '0.0.0.0' },
    { admin: { port: 0, host: '0.0.0.0' } },
  ])('warns that it answers to every host: %j', async (options) => {
    expect(await warnings(options)).toEqual([expect.stringMatching(/every host.*--allow-host/)])
  })

  it.each<RelayOptions>([
    {},
    { hosts: [] },
    { trustedProxies: 1, hosts: ['call.example'] },
    { trustedProxies: 1, hosts: '*' },
  ])('does not warn of %j', async (options) => {
    expect(await warnings(options)).toEqual([])
  })
})
