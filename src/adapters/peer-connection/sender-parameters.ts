import type { SendingLimits } from '../../core/ports/index.ts'

export type LimitName = keyof SendingLimits

/** What a video sender shall do: the limits, and the least factor by which it scales down. */
export interface WantedParameters {
  readonly limits: SendingLimits
  readonly factor: number
}

const names = ['maxBitrate', 'maxFramerate', 'scaleDown', 'degradation'] as const satisfies LimitName[]

/** The highest bitrate that every platform accepts, because some store it in 32 bits with a sign. */
const highestBitrate = 2 ** 31 - 1

/**
 * Changes `parameters` to what is wanted; a limit that is missing is removed. rxcall sends a video in one encoding. If there
 * are several, each gets an equal share of the bitrate, and all get the same other limits.
 */
export function setWanted(parameters: RTCRtpSendParameters, wanted: WantedParameters): void {
  const { encodings } = parameters
  for (const encoding of encodings) {
    const { maxBitrate, maxFramerate, scaleResolutionDownBy } = wantedEncoding(wanted, encodings.length)
    setOrDelete(encoding, 'maxBitrate', maxBitrate)
    setOrDelete(encoding, 'maxFramerate', maxFramerate)
    encoding.scaleResolutionDownBy = scaleResolutionDownBy
  }
  setOrDelete(parameters, 'degradationPreference', wanted.limits.degradation)
}

/** The limits in which `parameters` differ from what is wanted. */
export function differences(
  { encodings, degradationPreference }: RTCRtpSendParameters,
  wanted: WantedParameters,
): readonly LimitName[] {
  const encoding = wantedEncoding(wanted, encodings.length)
  const differs: Record<LimitName, boolean> = {
    maxBitrate: encodings.some(({ maxBitrate }) => maxBitrate !== encoding.maxBitrate),
    maxFramerate: encodings.some(({ maxFramerate }) => maxFramerate !== encoding.maxFramerate),
    scaleDown: encodings.some(
      ({ scaleResolutionDownBy = 1 }) => scaleResolutionDownBy !== encoding.scaleResolutionDownBy,
    ),
    degradation: degradationPreference !== wanted.limits.degradation,
  }
  return names.filter((name) => differs[name])
}

function wantedEncoding({ limits, factor }: WantedParameters, count: number) {
  const { maxBitrate, maxFramerate, scaleDown = 1 } = limits
  return {
    maxBitrate:
      maxBitrate === undefined
        ? undefined
        : Math.min(Math.max(1, Math.floor(maxBitrate / count)), highestBitrate),
    maxFramerate,
    scaleResolutionDownBy: Math.max(scaleDown, factor),
  }
}

function setOrDelete<T extends object, K extends keyof T>(target: T, name: K, value: T[K] | undefined): void {
  if (value === undefined) Reflect.deleteProperty(target, name)
  else target[name] = value
}
