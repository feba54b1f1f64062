import { randomBytes } from 'node:crypto'
import { io } from 'socket.io-client'
import { Channel } from './independent-channel.ts'

export interface Party {
  readonly user: string
  readonly party: string
}

/** A message without its envelope. */
export interface Letter {
  readonly type: string
  readonly body: object
  readonly epoch?: number
  readonly ttlMs?: number
}

export interface Message {
  readonly type: string
  readonly callId: string
  readonly from: Party
  readonly seq?: number
  readonly epoch?: number
  readonly body: {
    readonly sdp?: string
    readonly list?: readonly RTCIceCandidateInit[]
    readonly seq?: number
    readonly lastSeq?: number
    readonly reason?: string
    readonly replace?: boolean
  }
}

export interface PostOptions {
  readonly url: string
  readonly name: string
  /** How many times a message passes, to or from the relay: 0 loses it, 2 doubles it. */
  readonly copies: (message: unknown) => number
  /** Takes each message once and in order, and those without a number as they come. */
  readonly receive: (message: Message) => void
  readonly isOpen: (callId: string) => boolean
  readonly note: (what: string) => void
}

export interface Post {
  /** Says something to one party, on the channel of this call. */
  say(callId: string, to: Party, letter: Letter): void
  /** Sends something without a number, once. */
  transmit(callId: string, to: { readonly user: string; readonly party?: string }, letter: object): void
  /** This call is over. */
  bury(callId: string): void
  isOver(callId: string): boolean
  /** Leaves the relay, and comes back. */
  reconnect(): void
  close(): void
}

const farewells = ['hang-up', 'cancel', 'decline', 'busy']
const empty = { body: {} }

/** The connection to the relay, and the channels on it, as docs/protocol.md has them. */
export function connectPost({ url, name, copies, receive, isOpen, note }: PostOptions): Post {
  const auth = { name, party: randomBytes(16).toString('hex'), secret: randomBytes(16).toString('hex') }
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true })
  const channels = new Map<string, { callId: string; to: Party; channel: Channel<Letter> }>()
  const over = new Set<string>()
  let claimsAgain: NodeJS.Timeout | undefined
  const keyOf = (callId: string, { user, party }: Party) => `${callId} ${party} ${user}`

  const transmit: Post['transmit'] = (callId, to, letter) => {
    if (!socket.connected) return
    const message = { v: 1, callId, to, ...letter }
    for (let left = copies(message); left > 0; left--)
      socket.emit('message', message, (receipt: { ok: boolean; code?: string }) => {
        if (!receipt.ok && receipt.code !== 'unreachable') note(`refused ${receipt.code}`)
      })
  }

  const channelTo = (callId: string, to: Party): Channel<Letter> => {
    const known = channels.get(keyOf(callId, to))
    if (known) return known.channel
    const channel = new Channel<Letter>({
      send: (seq, letter) => transmit(callId, to, { ...letter, seq }),
      acknowledge: (seq) => transmit(callId, to, { type: 'ack', body: { seq } }),
      deliver: (letter) => receive(letter as Message),
    })
    channels.set(keyOf(callId, to), { callId, to, channel })
    return channel
  }

  const forget = (which: (callId: string, to: Party) => boolean) => {
    for (const [key, { callId, to, channel }] of channels) {
      if (!which(callId, to)) continue
      channel.stop()
      channels.delete(key)
    }
  }

  const arrive = (message: Message) => {
    const { type, callId, from, seq, body } = message
    const channel = channels.get(keyOf(callId, from))?.channel
    if (type === 'ack') channel?.acknowledged(body.seq ?? 0)
    else if (type === 'resume' && channel) channel.resumed(body.lastSeq ?? 0)
    else if (type === 'resume') transmit(callId, from, { type: 'gone', ...empty })
    else if (type === 'gone') {
      forget((id, { party }) => id === callId && party === from.party)
      receive(message)
    } else if (seq === undefined) receive(message)
    else if (channel || !over.has(callId)) channelTo(callId, from).hear(seq, message)
    else if (farewells.includes(type)) transmit(callId, from, { type: 'ack', body: { seq } })
    else transmit(callId, from, { type: 'gone', ...empty })
  }

  socket.on('message', (message: Message) => {
    for (let left = copies(message); left > 0; left--) arrive(message)
  })
  let wasWelcome = false
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
    const isHeld = ['name-taken', 'too-many-parties'].includes(error.data?.code ?? '')
    if (wasWelcome && isHeld) claimsAgain = setTimeout(() => socket.connect(), 7000)
  })
  socket.on('welcome', () => {
    wasWelcome = true
    note('welcome')
    for (const { callId, to, channel } of channels.values()) {
      if (isOpen(callId)) transmit(callId, to, { type: 'resume', body: { lastSeq: channel.delivered } })
      channel.again()
    }
  })

  return {
    say: (callId, to, letter) => channelTo(callId, to).say(letter),
    transmit,
    bury(callId) {
      over.add(callId)
      setTimeout(() => forget((id) => id === callId), 10_000).unref()
    },
    isOver: (callId) => over.has(callId),
    reconnect: () => void socket.disconnect().connect(),
    close() {
      forget(() => true)
      clearTimeout(claimsAgain)
      socket.disconnect()
    },
  }
}
