import {
  combineLatest,
  defer,
  filter,
  map,
  of,
  startWith,
  take,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs'
import { advise, ok, type Finding } from './check-step.ts'
import type { Gathered } from './gather.ts'

export type IceStep = 'stun' | 'turn-udp' | 'turn-tcp'

/** The servers of a step, each with the URLs of that step alone. */
export function serversFor(step: IceStep, servers: readonly RTCIceServer[]): RTCIceServer[] {
  return servers.flatMap((server) => {
    const urls = [server.urls].flat().filter((url) => stepOf(url) === step)
    return urls.length === 0 ? [] : [{ ...server, urls }]
  })
}

/** Which step checks a URL (RFC 7064, RFC 7065). TURN over TLS is TCP. */
function stepOf(url: string): IceStep | null {
  if (/^stuns?:/i.test(url)) return 'stun'
  if (/^turns:/i.test(url)) return 'turn-tcp'
  if (!/^turn:/i.test(url)) return null
  return /transport=tcp/i.test(url) ? 'turn-tcp' : 'turn-udp'
}

export interface IceOptions {
  readonly gather: (config: RTCConfiguration) => Observable<Gathered>
  /**
   * Whether `gather` reports errors. Otherwise a server that does not answer looks like one that sees the own address of
   * the device.
   */
  readonly reportsErrors: () => boolean
  /** How long the servers may take, in milliseconds. Browsers wait about 10 s for a server that does not answer. */
  readonly answerMs: number
  readonly scheduler: SchedulerLike
}

/** Checks whether the servers of a step give a candidate. */
export function iceFinding(
  step: IceStep,
  servers: readonly RTCIceServer[],
  { gather, reportsErrors, answerMs, scheduler }: IceOptions,
): Observable<Finding> {
  const own = serversFor(step, servers)
  if (own.length === 0) return of(advise('skipped', `no ${names[step]} is configured`))
  const type = step === 'stun' ? 'srflx' : 'relay'
  const config: RTCConfiguration = {
    iceServers: own,
    ...(step !== 'stun' && { iceTransportPolicy: 'relay' }),
  }
  const isLate$ = timer(answerMs, scheduler).pipe(
    map(() => true),
    startWith(false),
  )
  return combineLatest([defer(() => gather(config)), isLate$]).pipe(
    filter(([{ types, isComplete }, isLate]) => isComplete || isLate || types.includes(type)),
    take(1),
    map(([{ types, errors }, isLate]) => {
      if (types.includes(type)) return ok()
      // Without NAT, the address that a STUN server sees is that of the device, and gives no other candidate.
      const isOwnAddress = step === 'stun' && types.includes('host') && errors.length === 0 && !isLate
      if (!isOwnAddress) return notGathered(step, errors)
      return reportsErrors() ? ok() : advise('warning', unreported)
    }),
  )
}

function notGathered(step: IceStep, errors: readonly number[]): Finding {
  // Without STUN, or with one transport of TURN, most calls still work.
  const verdict = step === 'turn-udp' ? 'failed' : 'warning'
  const name = names[step]
  if (errors.includes(401) || errors.includes(403))
    return advise(
      verdict,
      `the ${name} refuses the credentials: check the user name, the password and the time`,
    )
  const code = errors.find((each) => each !== 701)
  if (code !== undefined) return advise(verdict, `the ${name} refuses with code ${code}`)
  return advise(verdict, `the ${name} does not answer: it is down, or a firewall is in the way`)
}

const unreported =
  'the STUN server gave no address, and this browser does not report why: repeat the check in another browser'

const names: Readonly<Record<IceStep, string>> = {
  stun: 'STUN server',
  'turn-udp': 'TURN server over UDP',
  'turn-tcp': 'TURN server over TCP',
}
