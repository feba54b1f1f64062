import type { Fault, TimelineEntry } from 'rxcall/testing'

type FaultKind = Fault['fault']

/** A fault that one can add in the lab. */
export interface FaultChoice {
  readonly kind: FaultKind
  /** Whether it strikes one client. */
  readonly ofClient: boolean
  /** How long it lasts at first, in milliseconds; undefined if it strikes at one moment. */
  readonly ms?: number
}

/** The faults that one can add, the usual ones first. */
export const faultChoices: readonly FaultChoice[] = [
  { kind: 'relay-restart', ofClient: false, ms: 2_000 },
  { kind: 'path-outage', ofClient: false, ms: 12_000 },
  { kind: 'path-cut', ofClient: false },
  { kind: 'tab-close', ofClient: true, ms: 3_000 },
  { kind: 'crash', ofClient: true, ms: 3_000 },
  { kind: 'freeze', ofClient: true, ms: 5_000 },
  { kind: 'disconnect', ofClient: true, ms: 2_000 },
  { kind: 'stall', ofClient: true, ms: 2_000 },
  { kind: 'one-way-partition', ofClient: true, ms: 2_000 },
  { kind: 'loss', ofClient: true, ms: 2_000 },
  { kind: 'duplication', ofClient: true, ms: 2_000 },
  { kind: 'reordering', ofClient: true, ms: 2_000 },
  { kind: 'peer-breaks', ofClient: true },
  { kind: 'device-pulled', ofClient: true },
  { kind: 'path-poor', ofClient: true, ms: 10_000 },
  { kind: 'picture-frozen', ofClient: true, ms: 5_000 },
]

/** Makes the entry of a fault at a time. A fault that needs no client ignores `client`. */
export function faultEntry({ kind, ofClient, ms }: FaultChoice, at: number, client: number): TimelineEntry {
  // The choices above name each kind with the properties that it needs.
  return {
    at,
    fault: kind,
    ...(ofClient && { client }),
    ...(ms !== undefined && { ms }),
    ...extra[kind],
  } as TimelineEntry
}

const extra: Partial<Record<FaultKind, object>> = {
  loss: { rate: 0.5 },
  duplication: { rate: 0.5 },
  reordering: { rate: 0.5 },
  'peer-breaks': { flickers: false },
  'device-pulled': { kind: 'video' },
  'path-poor': { loss: 0.1, delayMs: 100, bitrate: 300_000 },
}
