/** What one end of a channel sends to the other. */
export type Frame<T> =
  /** A value by its number; the first is 1. */
  | { readonly type: 'data'; readonly seq: number; readonly value: T }
  /** Everything up to `seq` has arrived, in order. */
  | { readonly type: 'ack'; readonly seq: number }
  /** The link is up again, and everything up to `lastSeq` had arrived before: continue from there. */
  | { readonly type: 'resume'; readonly lastSeq: number }

/** The result of an input: frames for the other end, values for this one. */
export type WindowOutput<Out, In> =
  | { readonly type: 'transmit'; readonly frame: Frame<Out> }
  /** The value was accepted, and will be delivered as soon as the link allows. */
  | { readonly type: 'taken'; readonly value: Out }
  /** The next value of the other end, once, in order. */
  | { readonly type: 'deliver'; readonly value: In }
  /** The other end has acknowledged this value. */
  | { readonly type: 'acked'; readonly value: Out }
  /** The value was not accepted, because too many are waiting already. */
  | { readonly type: 'overflow'; readonly value: Out }

interface Numbered<T> {
  readonly seq: number
  readonly value: T
}

/** One end of a channel. */
export interface SlidingWindow<Out, In> {
  /** Whether frames can be sent at the moment. */
  readonly up: boolean
  readonly sent: number
  readonly unacked: readonly Numbered<Out>[]
  readonly delivered: number
  /** The values that arrived before their turn. */
  readonly early: readonly Numbered<In>[]
  /** When a `resume` was last answered, in milliseconds. */
  readonly answeredAt: number
  /** What the last input led to. */
  readonly outputs: readonly WindowOutput<Out, In>[]
}

/** How many values may be in flight, or arrive before their turn. */
export const WINDOW = 64

export function closedWindow<Out, In>(): SlidingWindow<Out, In> {
  return { up: false, sent: 0, unacked: [], delivered: 0, early: [], answeredAt: -Infinity, outputs: [] }
}

/** This end sends `value`. It overflows if `max` values are unacknowledged already. */
export function push<Out, In>(
  state: SlidingWindow<Out, In>,
  value: Out,
  max: number,
): SlidingWindow<Out, In> {
  if (state.unacked.length >= max) return { ...state, outputs: [{ type: 'overflow', value }] }
  const seq = state.sent + 1
  const unacked = [...state.unacked, { seq, value }]
  const goesOut = state.up && unacked.length <= WINDOW
  const frames = goesOut ? [transmit<Out>({ type: 'data', seq, value })] : []
  return { ...state, sent: seq, unacked, outputs: [{ type: 'taken', value }, ...frames] }
}

/**
 * A frame of the other end arrived, at `now`. Within `ackMs` a `resume` that acknowledges nothing gets no second answer:
 * asking again costs the other end a hundred bytes, and an answer can be 64 messages.
 */
export function receive<Out, In>(
  state: SlidingWindow<Out, In>,
  frame: Frame<In>,
  { now, ackMs }: { readonly now: number; readonly ackMs: number },
): SlidingWindow<Out, In> {
  switch (frame.type) {
    case 'data':
      return receiveData(state, frame)
    case 'ack':
      return acknowledge(state, frame.seq)
    case 'resume': {
      const rest = acknowledge(state, frame.lastSeq)
      const acked = rest.outputs.filter(({ type }) => type === 'acked')
      // A clock that is set back must not leave a resume unanswered.
      const isDue = acked.length > 0 || Math.abs(now - state.answeredAt) >= ackMs
      const answer = isDue ? retransmissions(rest) : []
      const answeredAt = answer.length > 0 ? now : state.answeredAt
      return { ...rest, answeredAt, outputs: [...acked, ...answer] }
    }
  }
}

/** The link came up: everything unacknowledged is sent again, after a `resume` if this end asks for one. */
export function open<Out, In>(state: SlidingWindow<Out, In>, resumes: boolean): SlidingWindow<Out, In> {
  const opened = { ...state, up: true }
  const resume = resumes ? [transmit<Out>({ type: 'resume', lastSeq: state.delivered })] : []
  return { ...opened, outputs: [...resume, ...retransmissions(opened)] }
}

/** The link went down: nothing is sent, and nothing is forgotten. */
export function close<Out, In>(state: SlidingWindow<Out, In>): SlidingWindow<Out, In> {
  return { ...state, up: false, outputs: [] }
}

/** The unacknowledged values to send again, as many as may be in flight. */
export function retransmissions<Out>({ up, unacked }: Pick<SlidingWindow<Out, unknown>, 'up' | 'unacked'>) {
  return up ? unacked.slice(0, WINDOW).map(({ seq, value }) => transmit({ type: 'data', seq, value })) : []
}

function receiveData<Out, In>(
  state: SlidingWindow<Out, In>,
  { seq, value }: Numbered<In>,
): SlidingWindow<Out, In> {
  const { delivered, early } = state
  if (seq <= delivered || seq > delivered + WINDOW || early.some((other) => other.seq === seq))
    return { ...state, outputs: ack(state, delivered) }
  const waiting = [...early, { seq, value }].sort((a, b) => a.seq - b.seq)
  const gap = waiting.findIndex((each, place) => each.seq !== delivered + 1 + place)
  const due = gap < 0 ? waiting : waiting.slice(0, gap)
  const last = delivered + due.length
  return {
    ...state,
    delivered: last,
    early: waiting.slice(due.length),
    outputs: [
      ...ack(state, last),
      ...due.map((each): WindowOutput<Out, In> => ({ type: 'deliver', value: each.value })),
    ],
  }
}

function acknowledge<Out, In>(state: SlidingWindow<Out, In>, seq: number): SlidingWindow<Out, In> {
  const { unacked, up, sent } = state
  // Nobody can acknowledge what was never sent.
  const acked = seq > sent ? [] : unacked.filter((each) => each.seq <= seq)
  const rest = unacked.slice(acked.length)
  const next = up ? rest.slice(Math.max(0, WINDOW - acked.length), WINDOW) : []
  return {
    ...state,
    unacked: rest,
    outputs: [
      ...acked.map(({ value }): WindowOutput<Out, In> => ({ type: 'acked', value })),
      ...next.map((each) => transmit<Out>({ type: 'data', ...each })),
    ],
  }
}

const transmit = <Out>(frame: Frame<Out>) => ({ type: 'transmit', frame }) as const

const ack = ({ up }: { readonly up: boolean }, seq: number) =>
  up ? [transmit<never>({ type: 'ack', seq })] : []
