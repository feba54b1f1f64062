import type { CallState, ConnectionState } from 'rxcall'

/**
 * Describes the connection to the relay, or returns `undefined` if there is nothing to report. Sounds calm, because a
 * lost connection comes back by itself.
 *
 * @param joined Whether the client was online before.
 * @param phase The phase of the call. A connected call goes on without the relay; a ringing one has to wait for it.
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
