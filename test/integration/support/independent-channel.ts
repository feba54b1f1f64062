export interface ChannelWay<T> {
  /** Sends a value under its number; it may get lost. */
  readonly send: (seq: number, value: T) => void
  readonly acknowledge: (seq: number) => void
  readonly deliver: (value: T) => void
}

/** One end of a channel that delivers once and in order, as docs/protocol.md has it. */
export class Channel<T> {
  said = 0
  delivered = 0
  unacked: { readonly seq: number; readonly value: T }[] = []
  readonly early = new Map<number, T>()
  #answeredAt = 0
  #timer: NodeJS.Timeout | undefined
  readonly #way: ChannelWay<T>

  constructor(way: ChannelWay<T>) {
    this.#way = way
  }

  say(value: T): void {
    const each = { seq: ++this.said, value }
    this.unacked.push(each)
    if (this.unacked.length <= 64) this.#way.send(each.seq, value)
    if (this.unacked.length === 1) this.#await(1000)
  }

  hear(seq: number, value: T): void {
    if (seq > this.delivered && seq <= this.delivered + 64) this.early.set(seq, value)
    const due: T[] = []
    for (let next = this.delivered + 1; this.early.has(next); next++) {
      due.push(this.early.get(next) as T)
      this.early.delete(next)
      this.delivered = next
    }
    this.#way.acknowledge(this.delivered)
    due.forEach(this.#way.deliver)
  }

  acknowledged(seq: number): void {
    if (seq > this.said || (this.unacked[0]?.seq ?? Infinity) > seq) return
    const before = this.unacked.length
    this.unacked = this.unacked.filter((each) => each.seq > seq)
    const gone = before - this.unacked.length
    for (const each of this.unacked.slice(Math.max(0, 64 - gone), 64)) this.#way.send(each.seq, each.value)
    this.#await(1000)
  }

  /** The other end asks for everything again: it gets it once a second, unless it has got something meanwhile. */
  resumed(lastSeq: number): void {
    const before = this.unacked.length
    this.acknowledged(lastSeq)
    if (this.unacked.length === before && Date.now() - this.#answeredAt < 1000) return
    this.#answeredAt = Date.now()
    this.again()
  }

  again(): void {
    for (const { seq, value } of this.unacked.slice(0, 64)) this.#way.send(seq, value)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #await(ms: number): void {
    clearTimeout(this.#timer)
    if (this.unacked.length === 0) return
    this.#timer = setTimeout(() => {
      this.again()
      this.#await(Math.min(ms * 2, 5000))
    }, ms)
  }
}
