import { merge, Subject, tap } from 'rxjs'
import { IncomingMessage, parse, type SignalingPort, type Stages } from '../../src/core/index.ts'
import { transport, type TransportEvent } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { racingClock } from './support/racing-clock.ts'

/** What others may send on purpose: messages that are malformed, or far too many. */
export const hostileBugs: readonly Bug[] = [
  {
    name: 'believes-malformed-messages',
    why: 'anybody can crash the client with one message',
    breaks: 'never-throws',
    stages: { transport: believing() },
  },
  {
    name: 'answers-every-stranger',
    why: 'a flood leaves the client nothing to send for its own call',
    breaks: 'limits-floods',
    stages: { transport: (sources, port, env) => transport(sources, port, racingClock(env)) },
  },
  {
    name: 'answers-every-resume',
    why: 'the other side can have everything sent again as often as it asks',
    breaks: 'limits-resume-replies',
    stages: {
      transport: (sources, port, env) =>
        transport({ ...sources, settings: { ...sources.settings, ackMs: 1 } }, port, env),
    },
  },
]

/** A transport that also delivers invalid messages. */
function believing(): Stages['transport'] {
  return (sources, port, env) => {
    const unchecked$ = new Subject<TransportEvent>()
    const watched: SignalingPort = {
      connect: (message$) =>
        port.connect(message$).pipe(
          tap((event) => {
            if (event.type === 'message' && !parse(IncomingMessage, event.message).ok)
              unchecked$.next({ type: 'received', message: event.message as IncomingMessage })
          }),
        ),
    }
    return merge(unchecked$, transport(sources, watched, env))
  }
}
