import type { Subscriber } from 'rxjs'
import { CallError, type CandidateInit, type Description } from '../../core/index.ts'
import type { PeerCommand, PeerEvent, PeerOptions } from '../../core/index.ts'
import type { ConnectionEvent } from '../connection/connection-event.ts'
import type { VirtualNetwork } from '../connection/ice/network.ts'
import { OfferRequests } from './offer-requests.ts'
import { VirtualConnection } from '../connection/virtual-connection.ts'

/** simple-peer's error codes for descriptions and candidates, and for everything else. */
type NegotiationCode =
  | 'ERR_SIGNALING'
  | 'ERR_CREATE_OFFER'
  | 'ERR_CREATE_ANSWER'
  | 'ERR_SET_LOCAL_DESCRIPTION'
  | 'ERR_SET_REMOTE_DESCRIPTION'
  | 'ERR_ADD_ICE_CANDIDATE'
type Code = NegotiationCode | 'ERR_ICE_CONNECTION_FAILURE' | 'ERR_CONNECTION_FAILURE' | 'ERR_DATA_CHANNEL'

/**
 * One end of a virtual call that misbehaves exactly as simple-peer 9.11.1 does:
 *
 * - it destroys itself when ICE fails, on a second offer or answer, and on a candidate for an unknown section. It
 *   also does so on a signal that it does not know, such as the end of candidates;
 * - two offerers destroy each other; after a lost answer it waits forever, and only queues requests for a new offer;
 * - it reports no end of candidates, no connection state and no removed track, and its candidates have no ufrag;
 * - `data-open` waits for the data channel and then for the statistics; sending text earlier is an error;
 * - destroying takes effect later, so pending operations may still finish;
 * - it cannot add tracks, restart ICE, measure or limit video.
 */
export class SimplePeerLike {
  private readonly connection: VirtualConnection
  private isDestroying = false
  private readonly offers: OfferRequests
  private pending: CandidateInit[] = []
  private readonly isInitiator: boolean
  private readonly network: VirtualNetwork
  private readonly events: Subscriber<PeerEvent>

  constructor(
    { role, stream }: PeerOptions,
    network: VirtualNetwork,
    events: Subscriber<PeerEvent>,
    user?: string,
  ) {
    this.isInitiator = role === 'offerer'
    this.network = network
    this.events = events
    this.connection = new VirtualConnection(network, (event) => this.hear(event), {
      negotiationNeeded: false,
      user,
    })
    this.offers = new OfferRequests(network, () => network.later(0, () => this.describe('offer')))
    if (this.isInitiator) this.connection.createDataChannel()
    for (const track of stream?.getTracks() ?? []) this.connection.addTrack(track, stream)
    if (this.isInitiator) this.offers.begin()
  }

  command(command: PeerCommand): void {
    if (this.isDestroying) return
    switch (command.type) {
      case 'description':
        return this.setRemote(command.description)
      case 'candidate':
        if (command.candidate === null) this.destroy('ERR_SIGNALING', 'unknown signal')
        else if (this.connection.remoteDescription === null) this.pending.push(command.candidate)
        else this.addCandidate(command.candidate)
        return
      case 'renegotiate':
        if (this.isInitiator) this.offers.ask()
        return
      case 'send':
        return this.send(command.data)
      case 'track':
      case 'restart':
      case 'measure':
      case 'get-stats':
      case 'limit':
        return
      default:
        this.destroy('ERR_SIGNALING', 'unknown signal')
    }
  }

  /** Closes the connection, but not at once. */
  destroy(code?: Code, reason = ''): void {
    if (this.isDestroying) return
    this.isDestroying = true
    this.network.later(0, () => {
      this.connection.close()
      if (code === undefined) this.events.complete()
      else this.events.error(errorOf(code, reason))
    })
  }

  /** The subscription has ended. */
  close(): void {
    this.destroy()
  }

  private describe(type: 'offer' | 'answer'): void {
    const set = (refused: Error | null, description?: Description): void => {
      if (refused) return this.destroy(`ERR_CREATE_${type === 'offer' ? 'OFFER' : 'ANSWER'}`, refused.message)
      this.connection.setLocalDescription(description, (error) => {
        if (error) this.destroy('ERR_SET_LOCAL_DESCRIPTION', error.message)
        else if (description) this.tell({ type: 'description', description })
      })
    }
    if (type === 'offer') this.connection.createOffer(set)
    else this.connection.createAnswer(set)
  }

  private setRemote(description: Description): void {
    this.connection.setRemoteDescription(description, (error) => {
      if (error) return this.destroy('ERR_SET_REMOTE_DESCRIPTION', error.message)
      for (const candidate of this.pending) this.addCandidate(candidate)
      this.pending = []
      if (description.type === 'offer') this.describe('answer')
    })
  }

  private addCandidate(candidate: CandidateInit): void {
    this.connection.addIceCandidate(candidate, (error) => {
      if (error) this.destroy('ERR_ADD_ICE_CANDIDATE', error.message)
    })
  }

  private send(data: string): void {
    try {
      this.connection.send(data)
    } catch (thrown) {
      this.events.error(CallError.from(thrown, 'connection-failed', 'the text could not be sent'))
    }
  }

  private hear(event: ConnectionEvent): void {
    switch (event.type) {
      case 'candidate':
        if (event.candidate === null) return
        return this.tell({ type: 'candidate', candidate: { ...event.candidate, usernameFragment: null } })
      case 'data-open':
        this.network.later(this.network.times.operationMs, () => this.tell(event))
        return
      case 'data-closed':
        return this.destroy()
      case 'signaling-state':
        this.tell(event)
        if (event.state === 'stable') this.offers.settle()
        return
      case 'ice-connection-state':
        this.tell(event)
        if (event.state === 'failed') this.destroy('ERR_ICE_CONNECTION_FAILURE', 'Ice connection failed.')
        return
      case 'ice-gathering-state':
      case 'track-added':
      case 'data':
        this.tell(event)
    }
  }

  private tell(event: PeerEvent): void {
    this.events.next(event)
  }
}

function errorOf(code: Code, reason: string): CallError {
  const isConnection = code.endsWith('FAILURE') || code === 'ERR_DATA_CHANNEL'
  return new CallError(isConnection ? 'connection-failed' : 'negotiation-failed', reason, {
    detail: { peerCode: code },
  })
}
