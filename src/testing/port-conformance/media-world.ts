import type { CallErrorCode } from '../../core/errors.ts'
import type { MediaPort } from '../../core/ports/index.ts'

/** How a capture can fail. */
export type MediaRefusal = Extract<
  CallErrorCode,
  'no-device' | 'permission-denied' | 'device-in-use' | 'screen-refused' | 'capture-failed'
>

/**
 * A media port, and what a rule can do to the platform behind it. Only `port` is required. Leave out each handle that
 * your platform does not offer: the rules that need it are skipped, with a reason. A handle may return a promise, and
 * the rule waits for it.
 */
export interface MediaWorld {
  readonly port: MediaPort
  /** How many captures the port has requested from the platform so far. */
  readonly requests?: () => number
  /** Every track that the platform has opened so far. */
  readonly opened?: () => readonly MediaStreamTrack[]
  /**
   * Holds every capture's permission prompt open. The returned function grants them, and stops holding.
   */
  readonly holdGrants?: () => () => unknown
  /** Declares that a screen can be captured. */
  readonly sharesScreens?: true
  /** Makes every later capture fail for the reason that this code stands for. */
  readonly refuse?: Readonly<Partial<Record<MediaRefusal, () => unknown>>>
  /** Ends the live track of the kind, as if its device were unplugged. */
  readonly end?: (kind: 'audio' | 'video') => unknown
  /** Makes the system mute or unmute the live track of the kind. */
  readonly mute?: (kind: 'audio' | 'video', muted: boolean) => unknown
  /** Adds or removes a device. */
  readonly changeDevices?: () => unknown
  /** Withdraws the permission to list the devices. The next capture restores it. */
  readonly forgetPermission?: () => unknown
  /** Makes the platform unable to list its devices. */
  readonly hideDevices?: () => unknown
}

/** A part of {@link MediaWorld} that a rule needs. */
export type MediaHandle = Exclude<keyof MediaWorld, 'port' | 'refuse'> | `refuse.${MediaRefusal}`

/** Why a rule with these needs cannot run in `world`; `null` if it can. */
export function missingHandles(needs: readonly MediaHandle[], world: MediaWorld): string | null {
  const missing = needs.filter((need) => !isThere(need, world))
  return missing.length === 0 ? null : `the world of the port lacks ${missing.join(', ')}`
}

function isThere(handle: MediaHandle, world: MediaWorld): boolean {
  const [name, code] = handle.split('.') as [Exclude<keyof MediaWorld, 'port'>, MediaRefusal?]
  return (code === undefined ? world[name] : world.refuse?.[code]) !== undefined
}
