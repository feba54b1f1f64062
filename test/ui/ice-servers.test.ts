import { describe, expect, it } from 'vitest'
import { readIceServers } from '../../src/ui/ice-servers.ts'

const turn = { urls: ['turn:turn.example'], username: 'u', credential: 'p' }

describe('the parameter ice', () => {
  it.each([
    ['nothing', null, []],
    ['an empty one', ' ', []],
    ['the URL of a server', 'stun:stun.example:3478', [{ urls: ['stun:stun.example:3478'] }]],
    ['one server', '{"urls":"STUN:stun.example"}', [{ urls: ['STUN:stun.example'] }]],
    ['a list of servers', JSON.stringify([{ urls: 'stun:a' }, turn]), [{ urls: ['stun:a'] }, turn]],
    ['an empty list', '[]', []],
    ['fields of no meaning, left out', '{"urls":"stun:a","x":1}', [{ urls: ['stun:a'] }]],
  ])('reads %s', (_what, parameter, servers) => {
    expect(readIceServers(parameter)).toEqual({ ok: true, servers })
  })

  it.each([
    ['broken JSON', '{"urls":', /^it is not valid JSON$/],
    ['a URL of another kind', 'https://example.org', /^"https:.*does not begin with stun:, turn: or turns:/],
    ['a URL with slashes', 'stun://example.org', /^"stun:.*without \/\/$/],
    ['a URL that browsers refuse', 'stun:a?transport=udp', /^"stun:a\?transport=udp": a stun: URL takes no/],
    ['a port that is none', 'stun:a:99999', /^"stun:a:99999": its port is not a number/],
    ['a server without URL', '[{"username":"u"}]', /^a server needs "urls"$/],
    ['something else in the list', '["stun:a"]', /^a server needs "urls"$/],
    ['a server with no URL in its list', '{"urls":[]}', /at least one URL/],
    ['a URL that is none', '{"urls":["stun:a",1]}', /^number: a URL is a text$/],
    [
      'a TURN server by its URL alone',
      'turn:a',
      /^"turn:a": a TURN server needs "username" and "credential"$/,
    ],
    ['one TURN URL among others', '{"urls":["stun:a","TURNS:b"]}', /^"TURNS:b": a TURN server needs/],
  ])('rejects %s with a reason', (_what, parameter, problem) => {
    expect(readIceServers(parameter)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem) as unknown,
    })
  })
})
