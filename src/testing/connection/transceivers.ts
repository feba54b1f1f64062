import { directionOf, intersection, receives, reversed, sends } from './virtual-sdp.ts'
import type { Direction, Section } from './virtual-sdp.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { RemoteStreams, type Receiving } from './remote-streams.ts'
import { RtcError } from './rtc-error.ts'

type Kind = 'audio' | 'video'

/** A sender and a receiver for one kind of media (W3C WebRTC, 5.4). */
export interface VirtualTransceiver {
  readonly kind: Kind
  /** Its media section; null until a description with it was set. */
  mid: string | null
  direction: Direction
  /** The direction last agreed on, as seen from this side; null before that. */
  currentDirection: Direction | null
  track: MediaStreamTrack | null
  stream: MediaStream | null
}

interface Slot extends VirtualTransceiver {
  /** Whether `addTrack` created it. Only then may a remote offer use it (RFC 9429, 5.10). */
  readonly isOfTrack: boolean
  /** The direction that this side last announced. */
  said: Direction | null
  /** The direction that the remote offer allows; null if the last offer was local. */
  room: Direction | null
  hasSent: boolean
  receiving: Receiving | null
}

/** The state before an offer, to roll it back. */
interface Undo {
  readonly slots: number
  readonly all: number
  readonly receiving: readonly (Receiving | null)[]
}

/** The transceivers and the data channel of a connection, and the media sections that they share with the other side. */
export class Transceivers {
  readonly all: Slot[] = []
  wantsData = false
  hasData = false
  /** Transceivers by media section; null is the data channel. */
  private readonly slots: (Slot | null)[] = []
  private readonly streams: RemoteStreams
  private undo: Undo | undefined

  constructor(tell: (event: ConnectionEvent) => void) {
    this.streams = new RemoteStreams(tell)
  }

  addTrack(track: MediaStreamTrack, stream: MediaStream | null): VirtualTransceiver {
    const kind = track.kind as Kind
    if (this.all.some((slot) => slot.track === track))
      throw new RtcError('InvalidAccessError', 'the track is being sent already')
    const unused = this.all.find((slot) => slot.kind === kind && slot.track === null && !slot.hasSent)
    if (unused === undefined) return this.add(kind, 'sendrecv', track, stream, true)
    unused.track = track
    unused.stream = stream
    unused.direction = directionOf(true, receives(unused.direction))
    return unused
  }

  add(
    kind: Kind,
    direction: Direction,
    track: MediaStreamTrack | null = null,
    stream: MediaStream | null = null,
    isOfTrack = false,
  ): Slot {
    const mid = null
    const slot: Slot = {
      kind,
      mid,
      direction,
      currentDirection: null,
      track,
      stream,
      isOfTrack,
      said: null,
      room: null,
      hasSent: false,
      receiving: null,
    }
    this.all.push(slot)
    return slot
  }

  /** The sections of an offer made now. */
  offer(): Section[] {
    const sections = this.slots.map((slot, i) => sectionOf(slot, i, slot?.direction))
    for (const slot of this.all)
      if (slot.mid === null) sections.push(sectionOf(slot, sections.length, slot.direction))
    if (this.wantsData && !this.slots.includes(null)) sections.push(sectionOf(null, sections.length))
    return sections
  }

  /** The sections of an answer to `offer` made now. */
  answer(offer: readonly Section[]): Section[] {
    return offer.map(({ direction }, i) => {
      const slot = this.slots[i] ?? null
      return sectionOf(slot, i, slot ? intersection(slot.direction, reversed(direction)) : 'sendrecv')
    })
  }

  /** A local offer was set. */
  setLocalOffer(sections: readonly Section[]): void {
    this.remember()
    for (const { mid, kind } of sections.slice(this.slots.length))
      this.fill(kind === 'application' ? null : this.all.find((s) => s.kind === kind && s.mid === null), mid)
  }

  /** A remote offer was set. */
  setRemoteOffer(sections: readonly Section[]): void {
    this.remember()
    for (const { mid, kind } of sections.slice(this.slots.length)) {
      if (kind === 'application') this.fill(null, mid)
      else
        this.fill(
          this.all.find((slot) => slot.kind === kind && slot.mid === null && slot.isOfTrack) ??
            this.add(kind, 'recvonly'),
          mid,
        )
    }
    this.receive(sections)
  }

  /** Throws if an answer has other sections than its offer (RFC 9429, 5.11). */
  demandAnswer(sections: readonly Section[], offer: readonly Section[]): void {
    if (sections.length !== offer.length || sections.some(({ kind }, i) => kind !== offer[i]?.kind))
      throw new RtcError('InvalidAccessError', 'the media sections of the answer are not those of the offer')
  }

  /** An answer was set. */
  agree(offer: readonly Section[], answer: readonly Section[], isOurs: boolean): void {
    this.undo = undefined
    this.slots.forEach((slot, i) => {
      const offered = offer[i]
      const answered = answer[i]
      if (offered === undefined || answered === undefined) return
      if (slot === null) {
        this.hasData = true
        return
      }
      slot.said = isOurs ? answered.direction : offered.direction
      slot.room = isOurs ? reversed(offered.direction) : null
      slot.currentDirection = isOurs ? answered.direction : reversed(answered.direction)
      slot.hasSent ||= sends(slot.currentDirection)
    })
    if (!isOurs) this.receive(answer)
  }

  /** Rolls back the last offer that was set. */
  rollBack(): void {
    const { undo } = this
    if (undefined === undo) return
    this.undo = undefined
    for (const slot of this.slots.splice(undo.slots)) if (slot) slot.mid = null
    this.all.forEach((slot, i) => {
      const before = undo.receiving[i] ?? null
      if (slot.receiving && !before) this.lose(slot)
    })
    // Remove the transceivers that only the remote offer created, but keep those that got a track since.
    for (let i = this.all.length - 1; i >= undo.all; i--)
      if (this.all[i]?.isOfTrack === false && this.all[i]?.track === null) this.all.splice(i, 1)
  }

  /** Whether a change needs a new offer to reach the other side (W3C WebRTC, 4.7.3). */
  needNegotiation(): boolean {
    if (this.wantsData && !this.slots.includes(null)) return true
    return this.all.some(({ mid, direction, said, room, currentDirection }) => {
      if (mid === null) return true
      return room === null
        ? direction !== said && direction !== currentDirection
        : said !== intersection(direction, room)
    })
  }

  private remember(): void {
    this.undo ??= {
      slots: this.slots.length,
      all: this.all.length,
      receiving: this.all.map(({ receiving }) => receiving),
    }
  }

  /** Throws if an offer lacks sections of the previous one. */
  demandFit(sections: readonly Section[]): void {
    const misfit = this.slots.some((slot, i) => (slot?.kind ?? 'application') !== sections[i]?.kind)
    if (misfit)
      throw new RtcError('InvalidAccessError', 'the media sections are not those of the offer before')
  }

  private fill(slot: Slot | null | undefined, mid: string): void {
    if (slot === undefined) return
    this.slots.push(slot)
    if (slot) slot.mid = mid
  }

  private receive(sections: readonly Section[]): void {
    this.slots.forEach((slot, i) => {
      const section = sections[i]
      if (slot === null || section === undefined) return
      if (!sends(section.direction)) this.lose(slot)
      else slot.receiving ??= this.streams.gain(slot.kind, section)
    })
  }

  private lose(slot: Slot): void {
    if (slot.receiving === null) return
    const lost = slot.receiving
    slot.receiving = null
    this.streams.lose(lost)
  }
}

function sectionOf(slot: Slot | null, index: number, direction: Direction = 'sendrecv'): Section {
  const mid = String(index)
  if (slot === null) return { mid, kind: 'application', direction }
  const { kind, track, stream } = slot
  if (!sends(direction)) return { mid, kind, direction }
  return {
    mid,
    kind,
    direction,
    ...(track && { track: track.id }),
    ...(stream && { stream: stream.id }),
  }
}
