import { describe, expect, it } from 'vitest'
import { readIceServers } from '../../src/ui/ice-servers.ts'

const turn = { urls: ['turn:turn.example'], username: 'u', credential: 'p' }

describe('the parameter ice', () => {
  it.each([
    ['nothing', null, []],
    ['an empty one', ' ', []],
    ['the URL of a server', 'stun:stun.example:3478', [{ urls: ['stun:stun.example:3478'] }]],
    ['one server', '{"urls":"stuns:stun.example"}', [{ urls: ['stuns:stun.example'] }]],
    ['a list of servers', JSON.stringify([{ urls: 'stun:a' }, turn]), [{ urls: ['stun:a'] }, turn]],
    ['an empty list', '[]', []],
    ['fields of no meaning, left out', '{"urls":"stun:a","x":1}', [{ urls: ['stun:a'] }]],
  ])('reads %s', (_what, parameter, servers) => {
    expect(readIceServers(parameter)).toEqual({ ok: true, servers })
  })

  it.each([
    ['broken JSON', '{"urls":', 'it is not valid JSON'],
    [
      'a URL of another kind',
      'https://example.org',
      'a server URL begins with stun:, stuns:, turn: or turns:',
    ],
    ['a URL with a path', 'stun://example.org', 'a server URL begins with stun:, stuns:, turn: or turns:'],
    ['a server without URL', '[{"username":"u"}]', 'a server needs "urls"'],
    ['something else in the list', '["stun:a"]', 'a server needs "urls"'],
    [
      'a server with no URL in its list',
      '{"urls":[]}',
      'a server URL begins with stun:, stuns:, turn: or turns:',
    ],
    [
      'a URL that is none',
      '{"urls":["stun:a",1]}',
      'a server URL begins with stun:, stuns:, turn: or turns:',
    ],
    [
      'a TURN server by its URL alone',
      'turn:turn.example',
      'a TURN server needs "username" and "credential"',
    ],
    [
      'one TURN URL among others',
      '{"urls":["stun:a","TURNS:b"]}',
      'a TURN server needs "username" and "credential"',
    ],
  ])('does not use %s, and says why', (_what, parameter, problem) => {
    expect(readIceServers(parameter)).toEqual({ ok: false, problem })
  })
})
