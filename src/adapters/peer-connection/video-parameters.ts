import { catchError, map, of, take, type Observable } from 'rxjs'
import type { SendingLimits } from '../../core/ports/index.ts'
import { promiseResource } from '../promise-resource.ts'
import { takingTurns } from '../taking-turns.ts'
import { differences, setWanted, type LimitName } from './sender-parameters.ts'

/**
 * The parameters of a connection's video senders. They have two users, the limits of the application and the small first
 * picture. Both go through here, so that neither undoes what the other has set.
 */
export interface VideoParameters {
  /** The limits that apply at present. */
  readonly limits: () => SendingLimits
  /**
   * Has `sender` scale down by at least `factor`; the limits may ask for more. Emits once whether the platform accepted it.
   */
  readonly scale: (sender: RTCRtpSender, factor: number) => Observable<boolean>
  /**
   * Makes `limits` apply to `senders`, and sets nothing on those that have them already. Emits once the limits that the
   * platform ignores. Errors with what the platform threw. Then the limits that it accepted last apply again.
   */
  readonly limit: (
    senders: readonly RTCRtpSender[],
    limits: SendingLimits,
  ) => Observable<ReadonlySet<LimitName>>
}

/** Sets parameters one at a time, because each change begins with the parameters as they are (W3C WebRTC, 5.2). */
export function videoParameters(): VideoParameters {
  const factors = new WeakMap<RTCRtpSender, number>()
  const ignored = new Set<LimitName>()
  const inTurn = takingTurns()
  let limits: SendingLimits = {}
  /** The latest ones that a sender accepted, because limits may wait for a sender. */
  let accepted: SendingLimits = {}

  const wantedOf = (sender: RTCRtpSender) => ({ limits, factor: factors.get(sender) ?? 1 })
  const missing = (sender: RTCRtpSender): readonly LimitName[] => {
    const parameters = sender.getParameters()
    // A sender that was not negotiated may have no encodings yet.
    if (parameters.encodings.length === 0) return []
    // What nobody has limited may have any value that the platform chose.
    const isOurs = (name: LimitName) => limits[name] !== undefined || accepted[name] !== undefined
    return differences(parameters, wantedOf(sender)).filter((name) => isOurs(name) && !ignored.has(name))
  }

  const write = async (sender: RTCRtpSender): Promise<void> => {
    const parameters = sender.getParameters()
    setWanted(parameters, wantedOf(sender))
    await sender.setParameters(parameters)
  }

  const scale = async (sender: RTCRtpSender, factor: number): Promise<void> => {
    const before = factors.get(sender) ?? 1
    factors.set(sender, factor)
    try {
      await write(sender)
    } catch (thrown) {
      factors.set(sender, before)
      throw thrown
    }
  }

  const limit = async (senders: readonly RTCRtpSender[], next: SendingLimits): Promise<void> => {
    limits = next
    try {
      for (const sender of senders) {
        if (missing(sender).length === 0) continue
        await write(sender)
        accepted = next
        for (const name of missing(sender)) ignored.add(name)
      }
    } catch (thrown) {
      limits = limits === accepted ? {} : accepted
      throw thrown
    }
  }

  return {
    limits: () => limits,
    scale: (sender, factor) =>
      once(() => inTurn(() => scale(sender, factor))).pipe(
        map(() => true),
        catchError(() => of(false)),
      ),
    limit: (senders, next) => once(() => inTurn(() => limit(senders, next))).pipe(map(() => ignored)),
  }
}

function once<T>(run: () => Promise<T>): Observable<T> {
  return promiseResource(run, () => undefined).pipe(take(1))
}
