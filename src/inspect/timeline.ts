/** The lanes of each side, from top to bottom. Every lane but the last two is a port. */
export const lanes = [
  'actions',
  'relay out',
  'relay in',
  'peer out',
  'peer in',
  'media',
  'timers',
  'facts',
  'phase',
] as const
export type Lane = (typeof lanes)[number]

/** One event of one side. */
export interface Marble {
  /** Its index in {@link Timeline.marbles}. */
  readonly id: number
  /** The index of its side. */
  readonly side: number
  readonly lane: Lane
  /** In milliseconds after the timeline began. */
  readonly at: number
  /** A few words, such as `offer`. From outside, so show it as text. */
  readonly label: string
  /** The whole event, as plain data. */
  readonly detail: unknown
  /** The id of the marble that it follows from; absent for what came from outside, and for the first one. */
  readonly cause?: number
  /** The stage that made it, by its name in `defaultStages`; absent for what came through a port. */
  readonly stage?: string
  /** Whether it tells of a failure. */
  readonly isError?: boolean
}

/** A message on its way from one side to the other, by the ids of its marbles. */
export interface Arrow {
  readonly from: number
  readonly to: number
}

/** What happened at one or several clients, on one clock, to be drawn. */
export interface Timeline {
  readonly sides: readonly { readonly name: string }[]
  /** Ordered by time. */
  readonly marbles: readonly Marble[]
  readonly arrows: readonly Arrow[]
  /** In milliseconds. */
  readonly duration: number
}
