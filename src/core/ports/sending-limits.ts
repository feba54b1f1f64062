/** Upper bounds for the video that this side sends. A missing one does not limit. */
export interface SendingLimits {
  /** In bits a second. */
  readonly maxBitrate?: number
  /** In frames a second. */
  readonly maxFramerate?: number
  /** By how much width and height are divided: 1 or more. */
  readonly scaleDown?: number
  /** What to give up first when the bandwidth or the processor does not suffice. */
  readonly degradation?: 'balanced' | 'maintain-framerate' | 'maintain-resolution'
}

const least = { maxBitrate: 1, maxFramerate: 0.1, scaleDown: 1 } as const

/** Says what is wrong with `limits`; `null` if a platform could carry them out. */
export function problemOfLimits(limits: SendingLimits): string | null {
  for (const name of ['maxBitrate', 'maxFramerate', 'scaleDown'] as const) {
    const value = limits[name]
    if (value !== undefined && !(value >= least[name] && value < Infinity))
      return `${name} is ${String(value)}: expected a number of at least ${least[name]}`
  }
  return null
}
