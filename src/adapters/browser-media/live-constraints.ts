import { CallError } from '../../core/errors.ts'
import type { TrackKind } from '../../core/events.ts'
import { completed, mergedConstraints, type DeviceConstraints } from './constraints.ts'
import { takingTurns } from '../taking-turns.ts'

/** The constraints of a port, and the live tracks that they apply to. */
export interface LiveConstraints {
  /** The constraints of the next capture. */
  readonly present: () => DeviceConstraints
  /** Begins to apply changes to this track. */
  readonly add: (track: MediaStreamTrack) => void
  readonly has: (track: MediaStreamTrack) => boolean
  /**
   * Applies the change to the live tracks, after the changes before it. Rejects with a CallError if a track refuses it or
   * ignores a boolean. Then no track is changed.
   */
  readonly change: (change: DeviceConstraints) => Promise<void>
}

/** Begins with `initial`. `supported` names the constraints that the browser knows; all if it is undefined. */
export function liveConstraints(
  initial: DeviceConstraints,
  supported: () => MediaTrackSupportedConstraints | undefined,
): LiveConstraints {
  let present = initial
  let tracks: readonly MediaStreamTrack[] = []
  const live = () => tracks.filter(({ readyState }) => readyState === 'live')
  const inTurn = takingTurns()
  const carryOut = async (change: DeviceConstraints) => {
    const unknown = namesIn(change).filter((name) => isUnknown(name, supported()))
    if (unknown.length > 0) throw refused(`this browser does not know ${unknown.join(' and ')}`)
    const next = mergedConstraints(present, change)
    const changed = live().filter(({ kind }) => change[kind as TrackKind] !== undefined)
    await applyToAll(changed, next, change)
    present = next
  }
  return {
    present: () => present,
    add: (track) => (tracks = [...live(), track]),
    has: (track) => tracks.includes(track),
    change: (change) => inTurn(() => carryOut(change)),
  }
}

type ConstraintName = keyof MediaTrackSupportedConstraints

const namesIn = ({ audio, video }: DeviceConstraints): ConstraintName[] =>
  Object.keys({ ...audio, ...video }).filter((name): name is ConstraintName => name !== 'advanced')

const isUnknown = (name: ConstraintName, supported: MediaTrackSupportedConstraints | undefined): boolean =>
  supported !== undefined && supported[name] !== true

/**
 * Applies `next` to the tracks. If one refuses it, or ignores a boolean of `change`, all get their former constraints
 * back.
 */
async function applyToAll(
  tracks: readonly MediaStreamTrack[],
  next: DeviceConstraints,
  change: DeviceConstraints,
): Promise<void> {
  const former = tracks.map((track) => track.getConstraints())
  try {
    for (const track of tracks) {
      const kind = track.kind as TrackKind
      // A live track cannot change its device.
      const { deviceId: _, ...wanted } = completed(next)[kind]
      await track.applyConstraints(wanted)
      const ignored = ignoredBy(track, change[kind] ?? {})
      if (ignored.length > 0) throw refused(`the ${kind} track ignores ${ignored.join(' and ')}`)
    }
  } catch (thrown) {
    await Promise.allSettled(tracks.map((track, index) => track.applyConstraints(former[index])))
    throw CallError.is(thrown) ? thrown : refused('the device refuses the constraints', thrown)
  }
}

/**
 * The booleans that did not take effect. Browsers may ignore what is not `exact`. Other such values are wishes, which a
 * device need not fulfil.
 */
const ignoredBy = (track: MediaStreamTrack, change: MediaTrackConstraints): string[] => {
  const settings: Readonly<Record<string, unknown>> = { ...track.getSettings() }
  return Object.entries(change)
    .filter(([name, wanted]) => typeof wanted === 'boolean' && (settings[name] ?? wanted) !== wanted)
    .map(([name]) => name)
}

const refused = (message: string, cause?: unknown) =>
  new CallError('not-supported', message, cause === undefined ? {} : { cause })
