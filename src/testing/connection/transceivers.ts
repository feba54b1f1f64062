import { directionOf, intersection, receives, reversed, sends } from './virtual-sdp.ts'
import type { Direction, Section } from './virtual-sdp.ts'
import type { ConnectionEvent } from './connection-event.ts'
import { RemoteStreams, type Receiving } from './remote-streams.ts'
import { RtcError } from './rtc-error.ts'

type Kind = 'audio' | 'video'

/** A pair of ways for one kind of media (W3C WebRTC, 5.4). */
export interface VirtualTransceiver {
  readonly kind: Kind
  /** Its media section; null until it is in a description that was set. */
  mid: string | null
  direction: Direction
  /** What was agreed on last, from this side; null before. */
  currentDirection: Direction | null
  track: MediaStreamTrack | null
  stream: MediaStream | null
}

interface Slot extends VirtualTransceiver {
  /** Whether `addTrack` made it: only then may an offer of the other side take it (RFC 9429, 5.10). */
  readonly isOfTrack: boolean
  /** What this side said of it last. */
  said: Direction | null
  /** What the offer of the other side left room for; null where the last offer was this side's own. */
  room: Direction | null
  hasSent: boolean
  receiving: Receiving | null
}

/** What an offer did, so that it can be undone. */
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
  /** By media section; null stands for the data channel. */
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

  /** What an offer would say now. */
  offer(): Section[] {
    const sections = this.slots.map((slot, i) => sectionOf(slot, i, slot?.direction))
    for (const slot of this.all)
      if (slot.mid === null) sections.push(sectionOf(slot, sections.length, slot.direction))
    if (this.wantsData && !this.slots.includes(null)) sections.push(sectionOf(null, sections.length))
    return sections
  }

  /** What an answer to `offer` would say now. */
  answer(offer: readonly Section[]): Section[] {
    return offer.map(({ direction }, i) => {
      const slot = this.slots[i] ?? null
      return sectionOf(slot, i, slot ? intersection(slot.direction, reversed(direction)) : 'sendrecv')
    })
  }

  /** An offer of this side was set. */
  setLocalOffer(sections: readonly Section[]): void {
    this.remember()
    for (const { mid, kind } of sections.slice(this.slots.length))
      this.fill(kind === 'application' ? null : this.all.find((s) => s.kind === kind && s.mid === null), mid)
  }

  /** An offer of the other side was set. */
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

  /** Throws where an answer has not the same sections as its offer (RFC 9429, 5.11). */
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

  /** The offer that was set last is taken back. */
  rollBack(): void {
    const { undo } = this
    if (undefined === undo) return
    this.undo = undefined
    for (const slot of this.slots.splice(undo.slots)) if (slot) slot.mid = null
    this.all.forEach((slot, i) => {
      const before = undo.receiving[i] ?? null
      if (slot.receiving && !before) this.lose(slot)
    })
    // What only the other side's offer had asked for goes with it; what was given a track since stays.
    for (let i = this.all.length - 1; i >= undo.all; i--)
      if (this.all[i]?.isOfTrack === false && this.all[i]?.track === null) this.all.splice(i, 1)
  }

  /** Whether something has changed that only a new offer brings to the other side (W3C WebRTC, 4.7.3). */
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

  /** Throws where an offer has not the sections of the one before it. */
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
