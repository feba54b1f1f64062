import type { Subscriber } from 'rxjs'
import { CallError } from '../../core/errors.ts'
import type { PeerCommand, PeerEvent } from '../../core/ports/index.ts'
import type { VirtualNetwork } from '../connection/ice/network.ts'
import type { VirtualConnection } from '../connection/virtual-connection.ts'

/** Reports the figures of a connection, or limits its video, as both adapters do. */
export function answerStatistics(
  command: Extract<PeerCommand, { readonly type: 'get-stats' | 'limit' }>,
  connection: VirtualConnection,
  network: VirtualNetwork,
  events: Subscriber<PeerEvent>,
): void {
  network.later(network.times.operationMs, () => {
    if (connection.signalingState === 'closed') return
    if (command.type === 'get-stats') events.next({ type: 'stats', stats: connection.getStats() })
    else if (!network.refusesLimits) connection.limit(command.limits)
    else
      events.next({
        type: 'error',
        error: new CallError('not-supported', 'virtual peers were told to refuse limits'),
      })
  })
}
