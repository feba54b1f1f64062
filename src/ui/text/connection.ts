import type { ConnectionState } from 'rxcall'

/**
 * How things stand with the relay, where that is worth a word: calmly, since a lost connection comes back by itself.
 *
 * @param joined Whether it was online before.
 * @param inCall Whether a call is open, which goes on without the relay.
 */
export function connectionInWords(
  connection: ConnectionState,
  joined: boolean,
  inCall: boolean,
): string | undefined {
  switch (connection.status) {
    case 'online':
      return undefined
    case 'connecting':
      if (joined)
        return inCall ? 'Reconnecting to the server… Your call goes on.' : 'Reconnecting to the server…'
      return connection.error ? 'The server does not answer yet. Trying again…' : undefined
    case 'refused':
      return inCall ? 'Not connected to the server any more. Your call goes on.' : undefined
  }
}
