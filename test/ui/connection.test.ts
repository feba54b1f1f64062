import { expect, it } from 'vitest'
import { CallError, type ConnectionState } from 'rxcall'
import { connectionInWords } from '../../src/ui/text/connection.ts'

const error = new CallError('relay-unreachable', 'gone')
const online: ConnectionState = { status: 'online', self: { user: 'alice', party: '0'.repeat(32) } }

it.each<[ConnectionState, boolean, boolean, string | undefined]>([
  [{ status: 'connecting' }, false, false, undefined],
  [{ status: 'connecting', error }, false, false, 'The server does not answer yet. Trying again…'],
  [online, true, false, undefined],
  [online, true, true, undefined],
  [{ status: 'connecting', error }, true, false, 'Reconnecting to the server…'],
  [{ status: 'connecting', error }, true, true, 'Reconnecting to the server… Your call goes on.'],
  [{ status: 'refused', error }, true, true, 'Not connected to the server any more. Your call goes on.'],
  [{ status: 'refused', error }, false, false, undefined],
])('%o, joined: %s, in a call: %s', (connection, joined, inCall, words) => {
  expect(connectionInWords(connection, joined, inCall)).toBe(words)
})
