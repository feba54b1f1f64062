/** The steps in their order. */
export const checkIds = [
  'secure-context',
  'permissions',
  'camera',
  'microphone',
  'speaker',
  'relay',
  'stun',
  'turn-udp',
  'turn-tcp',
  'loopback',
] as const

export type CheckId = (typeof checkIds)[number]

/**
 * `warning`: calls work, but not as they should. `failed`: some calls cannot work. `skipped`: there was nothing to check,
 * or a step before it has failed.
 */
export type CheckVerdict = 'running' | 'ok' | 'warning' | 'failed' | 'skipped'

/** Measured values by name; the name has the unit. */
export type CheckFigures = Readonly<Record<string, number | string>>

/** What a step has found. */
export interface Finding {
  readonly verdict: Exclude<CheckVerdict, 'running'>
  /** What the user or the operator can do; in English, for a log or a support request. */
  readonly advice?: string
  readonly figures?: CheckFigures
}

/** A step of a check: first `running`, then its finding. */
export interface CheckStep {
  readonly id: CheckId
  readonly verdict: CheckVerdict
  readonly advice?: string
  readonly figures?: CheckFigures
}

/** A finding of `ok`. */
export const ok = (figures?: CheckFigures): Finding => ({ verdict: 'ok', ...(figures && { figures }) })

/** A finding with advice. */
export const advise = (
  verdict: 'warning' | 'failed' | 'skipped',
  advice: string,
  figures?: CheckFigures,
): Finding => ({ verdict, advice, ...(figures && { figures }) })
