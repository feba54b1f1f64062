import { delay, distinct, filter, mergeMap, of } from 'rxjs'
import type { OutgoingMessage, PeerEvent } from 'rxcall'
import { peerConnections, recovery } from 'rxcall/stages'
import type { LabBug } from './bug.ts'
import { sendingThrough } from './changed-transport.ts'

/** Messages that get lost, signals of the peer connections, and their recovery. */
export const connectionBugs: readonly LabBug[] = [
  {
    id: 'never-retransmits',
    title: 'Nothing is sent again',
    why: 'a lost message is never replaced',
    breaks: 'delivers-exactly-once',
    stages: { transport: sendingThrough((message$) => message$.pipe(distinct(numberOf))) },
  },
  {
    id: 'applies-descriptions-late',
    title: 'Candidates overtake the description',
    why: 'candidates are added to a connection that has no description yet, and are lost',
    breaks: 'description-before-candidates',
    stages: {
      peerConnections: (sources, port, env) =>
        peerConnections(sources, port, env).pipe(
          mergeMap((output) =>
            output.type === 'command' && output.command.type === 'description'
              ? of(output).pipe(delay(50, env.scheduler))
              : of(output),
          ),
        ),
    },
  },
  {
    id: 'ignores-failed-connections',
    title: 'A failed connection is never restarted',
    why: 'nothing is done about a connection whose every path has failed',
    breaks: 'recovers-immediately',
    stages: {
      recovery: (sources, env) =>
        recovery({ ...sources, peer$: sources.peer$.pipe(filter(isNotFailed)) }, env),
    },
  },
]

const isNotFailed = (event: PeerEvent): boolean =>
  (event.type !== 'connection-state' && event.type !== 'ice-connection-state') || event.state !== 'failed'

/** Names a numbered message. Any other one is distinct from all before it. */
const numberOf = (message: OutgoingMessage): unknown =>
  message.seq === undefined ? message : `${message.callId} ${message.to.party ?? ''} ${message.seq}`
