import { expect, it } from 'vitest'
import { CallError, type CallState, type ConnectionState } from 'rxcall'
import { connectionInWords } from '../../src/ui/text/connection.ts'

const error = new CallError('relay-unreachable', 'gone')
const online: ConnectionState = { status: 'online', self: { user: 'alice', party: '0'.repeat(32) } }
const lost: ConnectionState = { status: 'connecting', error }
const taken: ConnectionState = { status: 'connecting', error: new CallError('name-taken', 'taken') }
const refused: ConnectionState = { status: 'refused', error }

it.each<[ConnectionState, boolean, CallState['phase'], string | undefined]>([
  [{ status: 'connecting' }, false, 'idle', undefined],
  [lost, false, 'idle', 'The relay does not answer yet. Trying again…'],
  [online, true, 'idle', undefined],
  [online, true, 'connected', undefined],
  [lost, true, 'idle', 'Reconnecting to the relay…'],
  [lost, true, 'ended', 'Reconnecting to the relay…'],
  [lost, true, 'ringing', 'Reconnecting to the relay…'],
  [lost, true, 'reconnecting', 'Reconnecting to the relay…'],
  [lost, true, 'connected', 'Reconnecting to the relay… Your call goes on.'],
  [taken, true, 'idle', 'Somebody else has your name at the moment. Asking for it again…'],
  [
    taken,
    true,
    'connected',
    'Somebody else has your name at the moment. Asking for it again… Your call goes on.',
  ],
  [refused, true, 'connected', 'No longer connected to the relay. Your call goes on.'],
  [refused, true, 'reconnecting', 'No longer connected to the relay.'],
  [refused, true, 'ended', undefined],
  [refused, false, 'idle', undefined],
  [{ status: 'closed' }, true, 'idle', 'You have left. Reload the page to come back.'],
])('%o, joined: %s, %s', (connection, joined, phase, words) => {
  expect(connectionInWords(connection, joined, phase)).toBe(words)
})
