import type { CallState, ConnectionState } from 'rxcall'

/**
 * How things stand with the relay, where that is worth a word: calmly, since a lost connection comes back by itself.
 *
 * @param joined Whether it was online before.
 * @param phase Of the call. One whose media flows goes on without the relay; one that rings waits for it.
 */
export function connectionInWords(
  connection: ConnectionState,
  joined: boolean,
  phase: CallState['phase'],
): string | undefined {
  const goesOn = phase === 'connected' ? ' Your call goes on.' : ''
  switch (connection.status) {
    case 'online':
      return undefined
    case 'connecting':
      if (joined && connection.error?.code === 'name-taken')
        return `Somebody else has your name at the moment. Asking for it again…${goesOn}`
      if (joined) return `Reconnecting to the relay…${goesOn}`
      return connection.error ? 'The relay does not answer yet. Trying again…' : undefined
    case 'refused':
      return phase === 'idle' || phase === 'ended' ? undefined : `No longer connected to the relay.${goesOn}`
    case 'closed':
      return 'You have left. Reload the page to come back.'
  }
}
