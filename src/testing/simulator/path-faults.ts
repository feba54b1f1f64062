import type { SchedulerLike } from 'rxjs'
import { clearPath, type PathConditions } from '../connection/media/path-conditions.ts'
import type { VirtualPeers } from '../virtual-peers.ts'
import type { Fault } from './scenario.ts'

type PathFault = Extract<Fault, { fault: 'path-poor' | 'picture-frozen' }>

/** Makes the paths to clients poor for a while. Of faults at the same time, the worst of each condition counts. */
export function pathFaults(peers: VirtualPeers, scheduler: SchedulerLike): (fault: PathFault) => void {
  const active = new Set<PathFault>()
  const shape = (client: number) => {
    const path = [...active].filter((fault) => fault.client === client).reduce(worse, clearPath)
    peers.shape(path, String(client))
  }
  return (fault) => {
    active.add(fault)
    shape(fault.client)
    scheduler.schedule(() => {
      active.delete(fault)
      shape(fault.client)
    }, fault.ms)
  }
}

function worse(path: PathConditions, fault: PathFault): PathConditions {
  if (fault.fault === 'picture-frozen') return { ...path, frozen: true }
  return {
    ...path,
    loss: Math.max(path.loss, fault.loss),
    delayMs: Math.max(path.delayMs, fault.delayMs),
    bitrate: Math.min(path.bitrate, fault.bitrate),
  }
}
