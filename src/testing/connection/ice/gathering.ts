import type { ConnectionEvent } from '../connection-event.ts'
import type { VirtualNetwork } from './network.ts'

const CANDIDATES = 2
/** How long gathering waits for a server that does not answer, in milliseconds; about as long as in browsers. */
const ASK_MS = 9_000

/** Finds the candidates of a virtual connection: two for each generation, while there is a path. */
export class Gathering {
  state: RTCIceGatheringState = 'new'
  /** How many candidates the current generation has so far. */
  count = 0
  private ufrag: string | undefined
  /** Resumes gathering that waits for a path. */
  private askAgain: (() => void) | undefined
  private readonly network: VirtualNetwork
  private readonly tell: (event: ConnectionEvent) => void
  private isClosed = false

  constructor(network: VirtualNetwork, tell: (event: ConnectionEvent) => void) {
    this.network = network
    this.tell = tell
  }

  begin(ufrag: string): void {
    this.ufrag = ufrag
    this.count = 0
    this.become('gathering')
    const isOver = (): boolean => this.isClosed || this.ufrag !== ufrag || this.state === 'complete'
    const end = (): void => {
      if (isOver()) return
      this.become('complete')
      this.tell({ type: 'candidate', candidate: null })
    }
    const next = (): void => {
      if (isOver()) return
      if (this.count === CANDIDATES) {
        end()
        return
      }
      if (this.network.isCut) {
        // If the only path is through a server, as behind many NATs, an unreachable server yields no candidate.
        this.askAgain = next
        this.network.later(ASK_MS, end)
        return
      }
      const n = ++this.count
      this.network.later(this.network.times.operationMs, next)
      const text = `candidate:${n} 1 udp ${10 - n} 192.0.2.${n} ${5000 + n} typ host ufrag ${ufrag}`
      const candidate = { candidate: text, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: ufrag }
      this.tell({ type: 'candidate', candidate })
    }
    this.network.later(this.network.times.operationMs, next)
  }

  /** Restores the previous generation with all its candidates, or none if `ufrag` is undefined. */
  rollBack(ufrag: string | undefined): void {
    this.ufrag = ufrag
    this.count = ufrag === undefined ? 0 : CANDIDATES
    this.become(ufrag === undefined ? 'new' : 'complete')
  }

  /** There is a path again. */
  goOn(): void {
    const { askAgain } = this
    this.askAgain = undefined
    askAgain?.()
  }

  close(): void {
    this.isClosed = true
  }

  private become(state: RTCIceGatheringState): void {
    if (this.isClosed || this.state === state) return
    this.state = state
    this.tell({ type: 'ice-gathering-state', state })
  }
}
