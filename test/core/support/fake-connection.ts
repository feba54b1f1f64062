import { NEVER, Subject, defer, merge, tap, type Observable } from 'rxjs'
import type { NegotiationPort } from '../../../src/core/negotiation/index.ts'
import type { Description } from '../../../src/core/index.ts'
import type { MarbleTools } from '../../../src/testing/marbles.ts'

type Operation = Exclude<keyof NegotiationPort, 'negotiationNeeded$' | 'signalingState' | 'restartIce'>

export interface FakeConnectionOptions {
  /** The first letters of the names of its descriptions. */
  readonly name?: string
  readonly needed$?: Observable<unknown>
  /** The marbles of each operation, whose first value ends it. Default: one frame. */
  readonly marbles?: Readonly<Partial<Record<Operation, string>>>
  /** Whether it can restart ICE. Default: true. */
  readonly canRestart?: boolean
}

export interface FakeConnection extends NegotiationPort {
  /** Each operation when it begins: its name, and its argument. */
  readonly operation$: Observable<string>
  /** The current descriptions. */
  readonly agreed: () => { readonly local: string; readonly remote: string }
}

/** The error of an operation that fails with the marble `#`. */
export const refusal = new Error('no')

/** A description that names its generation of candidates, as every real one does. */
export function described(type: Description['type'], name: string, ufrag = name): Description {
  return { type, sdp: `s=${name}\r\na=ice-ufrag:${ufrag}\r\n` }
}

/**
 * The signaling of an RTCPeerConnection (W3C WebRTC, 4.4.1.5), whose operations take as long as their marbles. After a
 * rollback it reports again that it needs an offer, as soon as it is stable (4.7.3). After `restartIce` offers have new
 * credentials (`anew`), until one of them is answered.
 */
export function fakeConnection(
  { cold }: Pick<MarbleTools, 'cold'>,
  { name: owner = 'own', needed$ = NEVER, marbles = {}, canRestart = true }: FakeConnectionOptions = {},
): FakeConnection {
  const operation$ = new Subject<string>()
  const neededAgain$ = new Subject<void>()
  let state: RTCSignalingState = 'stable'
  let offer: { readonly of: 'local' | 'remote'; readonly sdp: string } | undefined
  let agreed = { local: '', remote: '' }
  let isRolledBack = false
  let isRestarting = false
  let isOfferAnew = false
  let offers = 0
  let answers = 0

  const operation = <T>(name: Operation, about: string, value: T, effect?: () => void): Observable<T> =>
    defer(() => {
      operation$.next(`${name}${about && ` ${about}`}`)
      return cold(marbles[name] ?? '-(x|)', { x: value }, refusal).pipe(tap(effect))
    })
  const set =
    (of: 'local' | 'remote', { type, sdp }: Description) =>
    () => {
      if (type === 'offer') {
        offer = { of, sdp }
        state = of === 'local' ? 'have-local-offer' : 'have-remote-offer'
        return
      }
      agreed = { local: '', remote: '', [of]: sdp, ...(offer && { [offer.of]: offer.sdp }) }
      state = 'stable'
      if (of === 'remote' && isOfferAnew) isRestarting = false
      if (isRolledBack) neededAgain$.next()
      isRolledBack = false
    }
  const rollBack = () => {
    state = 'stable'
    isRolledBack = true
  }
  const nameOf = ({ type, sdp }: Description) => `${type} ${/^s=(.*)\r$/m.exec(sdp)?.[1] ?? ''}`

  return {
    operation$,
    agreed: () => agreed,
    negotiationNeeded$: merge(needed$, neededAgain$),
    signalingState: () => state,
    createOffer: () => {
      isOfferAnew = isRestarting
      return operation('createOffer', isOfferAnew ? 'anew' : '', described('offer', `${owner} ${++offers}`))
    },
    createAnswer: () => operation('createAnswer', '', described('answer', `${owner} ${++answers}`)),
    setLocalDescription: (local) =>
      operation('setLocalDescription', nameOf(local), undefined, set('local', local)),
    rollBack: () => operation('rollBack', '', undefined, rollBack),
    setRemoteDescription: (remote) =>
      operation('setRemoteDescription', nameOf(remote), undefined, set('remote', remote)),
    addCandidate: ({ candidate }) => operation('addCandidate', candidate, undefined),
    ...(canRestart && { restartIce: () => void (isRestarting = true) }),
  }
}
