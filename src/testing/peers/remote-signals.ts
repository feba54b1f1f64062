import type { CandidateInit, Description, PeerOptions } from '../../core/index.ts'
import type { Done, VirtualConnection } from './virtual-connection.ts'

/** As many candidates wait at the most. */
const candidateLimit = 256

/**
 * Hands a virtual connection what comes from the other side the way that the simple-peer adapter does it: one
 * description at a time, each once, candidates not before the first; what fits nothing is dropped.
 */
export class RemoteSignals {
  private early: CandidateInit[] | null = []
  private readonly queue: Description[] = []
  private readonly seen: Partial<Record<Description['type'], string>> = {}
  private isApplying = false
  private readonly role: PeerOptions['role']
  private readonly connection: VirtualConnection
  private readonly applied: Done<Description>

  /** `applied` gets each description that was set, or the error that it was refused with. */
  constructor(role: PeerOptions['role'], connection: VirtualConnection, applied: Done<Description>) {
    this.role = role
    this.connection = connection
    this.applied = applied
  }

  description(description: Description): void {
    this.queue.push(description)
    this.pump()
  }

  candidate(candidate: CandidateInit | null): void {
    // The end of candidates needs no call (W3C WebRTC, 4.4.2).
    if (candidate === null) return
    if (this.early === null) this.add(candidate)
    else if (this.early.length < candidateLimit) this.early.push(candidate)
  }

  /** Goes on with what had to wait; to be called when the signaling state has changed. */
  pump(): void {
    for (let head = this.queue[0]; head !== undefined && !this.isApplying; head = this.queue[0]) {
      if (!this.isUseless(head)) {
        // The answer to the one before comes first.
        if (head.type === 'offer' && this.connection.signalingState !== 'stable') return
        this.apply(head)
      }
      this.queue.shift()
    }
  }

  private isUseless({ type, sdp }: Description): boolean {
    if (this.seen[type] === sdp) return true
    return type === 'answer' ? this.connection.signalingState !== 'have-local-offer' : this.role === 'offerer'
  }

  private apply(description: Description): void {
    this.seen[description.type] = description.sdp
    this.isApplying = true
    this.connection.setRemoteDescription(description, (error) => {
      this.isApplying = false
      this.applied(error, description)
      const { early } = this
      this.early = null
      early?.forEach((candidate) => this.add(candidate))
      this.pump()
    })
  }

  private add(candidate: CandidateInit): void {
    this.connection.addIceCandidate(candidate, ignore)
  }
}

/** One candidate is one path of several. */
const ignore = (): void => undefined
