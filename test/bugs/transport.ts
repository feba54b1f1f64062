import { concatMap, delay, filter, map, merge, mergeMap, of, Subject, tap } from 'rxjs'
import {
  PROTOCOL_VERSION,
  type OutgoingMessage,
  type SignalingEvent,
  type SignalingPort,
  type Stages,
} from '../../src/core/index.ts'
import { transport } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'
import { sendingThrough } from '../../src/ui/lab/bugs/changed-transport.ts'

/** Messages between two clients: acknowledged, retransmitted, resumed, once and in order. */
export const transportBugs: readonly Bug[] = [
  {
    name: 'never-acknowledges',
    why: 'the other side sends every message again and again',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: sendingThrough((message$) => message$.pipe(filter(({ type }) => type !== 'ack'))),
    },
  },
  {
    name: 'acknowledges-too-much',
    why: 'a message that never arrived is not sent again',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: sendingThrough((message$) =>
        message$.pipe(
          map((message) =>
            message.type === 'ack' ? { ...message, body: { seq: message.body.seq + 1 } } : message,
          ),
        ),
      ),
    },
  },
  {
    name: 'never-resumes',
    why: 'after a reconnection the other side waits before it sends what was missed',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: sendingThrough((message$) => message$.pipe(filter(({ type }) => type !== 'resume'))),
    },
  },
  {
    name: 'delivers-duplicates',
    why: 'a message that was sent once is handled twice',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: (sources, port, env) =>
        transport(sources, port, env).pipe(
          concatMap((event) => (event.type === 'received' ? [event, event] : [event])),
        ),
    },
  },
  {
    name: 'delivers-out-of-order',
    why: 'an answer can overtake the message before it',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: (sources, port, env) =>
        transport(sources, port, env).pipe(
          mergeMap((event) =>
            event.type === 'received' && event.message.type === 'candidates'
              ? of(event).pipe(delay(30, env.scheduler))
              : of(event),
          ),
        ),
    },
  },
  {
    name: 'takes-sent-for-acknowledged',
    why: 'a lost message is never sent again, and the number in flight has no limit',
    breaks: 'delivers-exactly-once',
    stages: { transport: acknowledgingItself() },
  },
  {
    name: 'never-retransmits-after-a-call',
    why: 'a lost hang-up is never sent again',
    breaks: 'delivers-exactly-once',
    stages: {
      transport: (sources, port, env) =>
        transport({ ...sources, settings: { ...sources.settings, lingerMs: 0 } }, port, env),
    },
  },
]

/** A transport that takes each of its messages for acknowledged as soon as it is sent. */
function acknowledgingItself(): Stages['transport'] {
  return (sources, port, env) => {
    const ack$ = new Subject<SignalingEvent>()
    const acknowledging: SignalingPort = {
      connect: (message$) =>
        merge(
          port.connect(message$.pipe(tap((message) => acksOf(message).forEach((ack) => ack$.next(ack))))),
          ack$.pipe(delay(1, env.scheduler)),
        ),
    }
    return transport(sources, acknowledging, env)
  }
}

function acksOf({ callId, to, seq }: OutgoingMessage): SignalingEvent[] {
  if (seq === undefined) return []
  const ack = { v: PROTOCOL_VERSION, type: 'ack', callId, to, from: to, ageMs: 0, body: { seq } }
  return [{ type: 'message', message: ack }]
}
