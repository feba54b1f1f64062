import { filter, map, NEVER, take, type Observable } from 'rxjs'
import type { SignalingPort } from '../core/index.ts'
import { advise, ok, type Finding } from './check-step.ts'

/** Connects through `port`, and leaves again. Fails if the relay does not let the client in. */
export function relayFinding(port: SignalingPort, now: () => number): Observable<Finding> {
  const begun = now()
  return port.connect(NEVER).pipe(
    filter((event) => event.type === 'online' || (event.type === 'connecting' && event.error !== undefined)),
    take(1),
    map((event) =>
      event.type === 'online'
        ? ok({ connectMs: Math.round(now() - begun) })
        : advise('failed', 'the relay does not answer: it is down, or the network keeps the page from it'),
    ),
  )
}
