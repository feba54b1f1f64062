import type { LoggedCrossing, LoggedStep, LogItem } from '../inspect/index.ts'
import type { Party } from '../core/index.ts'
import { isRecord, lookOfEntry, lookOfStep, type Look } from './labels.ts'
import { keyOfMessage } from './message-key.ts'
import type { Marble } from './timeline.ts'

/** A message that one side sent or received. Both have the same key if it may be the same message. */
export interface Letter {
  readonly key: string
  /** The id of its marble. */
  readonly marble: number
}

/** The marbles of one side, which grow with its log. They are those of side 0 until sides are joined. */
export interface SideMarbles {
  /** Ordered by time. Ids, causes and times are those of this side alone. The list grows in place. */
  readonly marbles: readonly Marble[]
  readonly sent: readonly Letter[]
  readonly received: readonly Letter[]
  /** The name under which it was online last; undefined before that. */
  readonly name: string | undefined
  readonly add: (item: LogItem) => void
}

/** What a later step or crossing follows from. */
interface Origin {
  readonly marble: number | undefined
  readonly stage?: string | undefined
}

/** Builds the marbles of one side, item by item, each in constant time. */
export function sideMarbles(): SideMarbles {
  const marbles: Marble[] = []
  const sent: Letter[] = []
  const received: Letter[] = []
  const steps = new Map<number, Origin>()
  /** The marbles that set a timer or asked for media, by what they are for. */
  const asked = new Map<string, number>()
  let self: Partial<Party> = {}
  let input: Origin = { marble: undefined }
  /** What the outputs at hand follow from: the latest input or step. */
  let latest: Origin = input
  let latestFact = ''
  let phase = ''
  let time = 0

  const draw = (look: Look, at: number, detail: unknown, { marble, stage }: Origin): number => {
    const id = marbles.length
    // A clock can be set back.
    time = Math.max(time, at)
    marbles.push({
      ...{ id, side: 0, at: time, detail, ...look },
      ...(marble !== undefined && { cause: marble }),
      ...(stage !== undefined && { stage }),
    })
    return id
  }

  const addStep = (step: LoggedStep) => {
    const { number, cause, stage, event, at } = step
    // The log may lack the cause's number. Then the input is all that is known.
    const from = { marble: (cause === undefined ? input : (steps.get(cause) ?? input)).marble, stage }
    const look = lookOfStep(step)
    latest = look ? { marble: draw(look, at, step, from), stage } : from
    latestFact = event.type
    steps.set(number, latest)
  }

  const addCrossing = ({ entry }: LoggedCrossing) => {
    if (entry.type === 'signaling-event' && entry.event.type === 'online') self = entry.event.self
    if (entry.type === 'checkpoint') self = selfOf(entry.state.connection) ?? self
    // The step beside it is drawn, because it has a cause.
    if ((entry.type === 'text' || entry.type === 'error') && entry.type === latestFact) return
    const look = lookOfEntry(entry)
    if (isInput(entry.type)) {
      const marble = look && draw(look, entry.at, entry, { marble: asked.get(askedBy(entry) ?? '') })
      latest = input = { marble }
      latestFact = ''
      if (entry.type === 'signaling-event' && entry.event.type === 'message' && marble !== undefined) {
        const key = keyOfMessage(entry.event.message)
        if (key !== undefined) received.push({ key, marble })
      }
      return
    }
    if (!look || (look.lane === 'phase' && look.label === phase)) return
    if (look.lane === 'phase') phase = look.label
    const marble = draw(look, entry.at, entry, latest)
    const asks = askedBy(entry)
    if (asks !== undefined) asked.set(asks, marble)
    if (entry.type !== 'message-sent') return
    const key = keyOfMessage({ ...entry.message, from: self })
    if (key !== undefined) sent.push({ key, marble })
  }

  return {
    ...{ marbles, sent, received },
    get name() {
      return self.user
    },
    add: (item) => (item.type === 'step' ? addStep(item) : addCrossing(item)),
  }
}

const inputs: ReadonlySet<LoggedCrossing['entry']['type']> = new Set([
  ...(['trace', 'action', 'actions-ended', 'timer-ran', 'peers-unavailable', 'signaling-event'] as const),
  ...(['signaling-ended', 'peer-event', 'peer-ended', 'media-captured', 'media-ended'] as const),
  'unsubscribed' as const,
])

const isInput = (type: LoggedCrossing['entry']['type']): boolean => inputs.has(type)

/** Names what a crossing asked for, or answers: a timer or a capture. */
function askedBy(entry: LoggedCrossing['entry']): string | undefined {
  if ('timer' in entry) return `timer ${entry.timer}`
  return 'capture' in entry ? `capture ${entry.capture}` : undefined
}

function selfOf(connection: unknown): Party | undefined {
  return isRecord(connection) && isRecord(connection.self) ? (connection.self as Party) : undefined
}
