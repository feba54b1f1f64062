import { describe, expect, it } from 'vitest'
import { addressKey, clientAddress } from '../../../server/limits/client-address.ts'

describe('the address of a client', () => {
  const request = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress },
    }) as Parameters<typeof clientAddress>[0]

  it.each([
    ['192.0.2.1', undefined, 0, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 0, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 1, '203.0.113.1'],
    ['192.0.2.1', 'forged, 203.0.113.1', 1, '203.0.113.1'],
    ['192.0.2.1', '203.0.113.1, 198.51.100.2', 2, '203.0.113.1'],
    ['192.0.2.1', ['forged', '203.0.113.1'], 1, '203.0.113.1'],
    ['192.0.2.1', undefined, 1, '192.0.2.1'],
    ['192.0.2.1', '', 1, '192.0.2.1'],
    ['192.0.2.1', '203.0.113.1', 2, '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    [undefined, undefined, 0, ''],
    ['192.0.2.1', '203.0.113.1:1001', 1, '203.0.113.1'],
    ['192.0.2.1', '2001:db8::1', 1, '2001:db8::1'],
    ['192.0.2.1', '[2001:db8::1]', 1, '2001:db8::1'],
    ['192.0.2.1', '[2001:db8::1]:1001', 1, '2001:db8::1'],
    ['192.0.2.1', '[::ffff:203.0.113.1]:1001', 1, '203.0.113.1'],
  ])('%s, behind %j, with %i proxies: %s', (remote, forwarded, proxies, address) => {
    expect(clientAddress(request(remote, forwarded), proxies)).toBe(address)
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
