import { delay, map, skipUntil } from 'rxjs'
import { peerConnections, type CallMessage } from '../../src/core/stages/index.ts'
import { ofType } from '../../src/core/rx/operators.ts'
import type { Bug } from './bug.ts'
import { withoutSending } from '../../src/ui/lab/bugs/outputs.ts'

/** Descriptions and candidates, between the peer connections of the two sides. */
export const signalBugs: readonly Bug[] = [
  {
    name: 'never-sends-candidates',
    why: 'the call connects only if the other side has found a path by itself',
    breaks: 'sends-local-signals',
    stages: {
      peerConnections: (sources, port, env) =>
        peerConnections(sources, port, env).pipe(withoutSending('candidates')),
    },
  },
  {
    name: 'loses-early-signals',
    why: 'the offer that came while it rang reaches no peer connection',
    breaks: 'happy-path-connects',
    stages: {
      peerConnections: (sources, port, env) => {
        const message$ = sources.message$.pipe(skipUntil(sources.event$.pipe(ofType('peer-opened'))))
        return peerConnections({ ...sources, message$ }, port, env)
      },
    },
  },
  {
    name: 'handles-signals-late',
    why: 'an answered call takes seconds to connect',
    breaks: 'happy-path-connects',
    stages: {
      peerConnections: (sources, port, env) =>
        peerConnections(
          { ...sources, message$: sources.message$.pipe(delay(1_000, env.scheduler)) },
          port,
          env,
        ),
    },
  },
  {
    name: 'ignores-epochs',
    why: 'signals of a connection that was replaced reach the new one',
    breaks: 'replaces-broken-peer',
    stages: {
      peerConnections: (sources, port, env) => {
        const message$ = sources.message$.pipe(map(({ epoch: _, ...message }) => message as CallMessage))
        return peerConnections({ ...sources, message$ }, port, env)
      },
    },
  },
]
