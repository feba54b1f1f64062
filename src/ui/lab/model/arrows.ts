import type { MessageChange, Scene, SceneMessage, SceneRun } from 'rxcall/testing'
import { changeOf, type MessageName } from './edits.ts'
import { BAND, type RowPlace, widthOfLabel } from './layout.ts'
import type { TimeScale } from './time-scale.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** A message, drawn from the row of its sender to that of its receiver. */
export interface Arrow {
  /** The same for the same message in every run. */
  readonly key: string
  readonly message: SceneMessage
  readonly change: MessageChange | undefined
  readonly tail: Point
  /** Where each copy arrives; if it is lost, where it breaks off. */
  readonly heads: readonly Point[]
  readonly isLost: boolean
  /** The middle of its label. */
  readonly label: Point
  readonly isUp: boolean
}

/** Labels of arrows between two rows are on these lines, as shares of the room. The middle comes first. */
const LINES = [0.5, 0.32, 0.68, 0.14, 0.86]
/** How far a lost message gets. */
const LOST_AT = 0.62
/** The label of a lost message is on this part of its way, before it breaks off. */
const LOST_LABEL = 0.51
/** How long a message is usually on its way, in milliseconds. */
const FLIGHT_MS = 5

export const keyOf = ({ from, to, type, nth }: MessageName): string => `${from}-${to}-${type}-${nth}`

/** The pixels that have to follow each time at which messages are sent, so that their labels fit. */
export function roomFor(messages: readonly SceneMessage[]): ReadonlyMap<number, number> {
  const room = new Map<number, number>()
  for (const { sentAt, type } of messages)
    room.set(sentAt, (room.get(sentAt) ?? 0) + widthOfLabel(type) / LINES.length)
  return room
}

export function layOutArrows(
  scene: Scene,
  messages: SceneRun['messages'],
  places: readonly RowPlace[],
  scale: TimeScale,
): readonly Arrow[] {
  const taken = new Map<string, number>()
  return messages.flatMap((message) => {
    const [from, to] = [places[message.from], places[message.to]]
    if (!from || !to || from === to) return []
    const isUp = from.top > to.top
    const tail = { x: scale.x(message.sentAt), y: isUp ? from.band : from.band + BAND }
    const end = isUp ? to.band + BAND : to.band
    const isLost = message.arrivesAt.length === 0
    const reached = isLost ? [message.sentAt + FLIGHT_MS] : message.arrivesAt
    const whole = reached.map((at) => ({ x: scale.x(at), y: end }))
    const heads = isLost ? whole.map((head) => between(tail, head, LOST_AT)) : whole
    const gap = gapOf(places, from, to)
    const label = findLabel(
      message.type,
      tail,
      whole[0] ?? tail,
      { ...gap, reach: isLost ? LOST_LABEL : 1 },
      taken,
    )
    return [
      { key: keyOf(message), message, change: changeOf(scene, message), tail, heads, isLost, label, isUp },
    ]
  })
}

function between(tail: Point, head: Point, share: number): Point {
  return { x: tail.x + (head.x - tail.x) * share, y: tail.y + (head.y - tail.y) * share }
}

/** The room beside the sender's row, through which the arrow leaves. */
function gapOf(places: readonly RowPlace[], from: RowPlace, to: RowPlace) {
  const upper = from.top < to.top ? from : (places[places.indexOf(from) - 1] ?? to)
  const next = places[places.indexOf(upper) + 1] ?? from
  return { id: String(places.indexOf(upper)), top: upper.bottom, height: next.band - upper.bottom }
}

/** Finds a place on the arrow where its label covers no other one, or else moves it to the right. */
function findLabel(
  type: string,
  tail: Point,
  head: Point,
  gap: { readonly id: string; readonly top: number; readonly height: number; readonly reach: number },
  taken: Map<string, number>,
): Point {
  const half = widthOfLabel(type) / 2
  const lines = LINES.map((share) => ({ share, y: Math.round(gap.top + gap.height * share) }))
  const reached = lines.filter(({ y }) => (y - tail.y) / (head.y - tail.y || 1) <= gap.reach)
  const spots = reached.map(({ share, y }) => {
    const x = tail.x + ((head.x - tail.x) * (y - tail.y)) / (head.y - tail.y || 1)
    const line = `${gap.id} ${share}`
    return { line, y, x: Math.max(x, (taken.get(line) ?? -Infinity) + half), ideal: x }
  })
  const [best] = [...spots].sort((a, b) => a.x - a.ideal - (b.x - b.ideal))
  if (best === undefined) return tail
  taken.set(best.line, best.x + half)
  return { x: best.x, y: best.y }
}
