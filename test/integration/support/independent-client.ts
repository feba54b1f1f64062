import { randomBytes } from 'node:crypto'
import { Channel } from './independent-channel.ts'
import { filmAndSound } from './independent-media.ts'
import { notebook, type Notebook } from './independent-notebook.ts'
import { openPeer, type Peer } from './independent-peer.ts'
import { connectPost, type Letter, type Message, type Party } from './independent-post.ts'

export interface IndependentClientOptions {
  readonly url: string
  readonly name: string
  /** How many times a message passes, to or from the relay: 0 loses it, 2 doubles it. Once by default. */
  readonly copies?: (message: unknown) => number
}

/** Notes `welcome`, `ringing`, `selected`, `connected` with the epoch, `text …`, `acked …`, `ended …` and more. */
export interface IndependentClient extends Pick<Notebook, 'notes' | 'seen'> {
  /** Calls somebody, under this call id if one is given. */
  call(user: string, callId?: string): void
  accept(): void
  decline(): void
  hangUp(): void
  say(text: string): void
  /** Has a new peer connection take the place of the present one. */
  replacePeer(): void
  /** Loses the connection to the relay, and comes back. */
  reconnect(): void
  close(): void
}

interface Call {
  readonly id: string
  readonly user: string
  readonly isCaller: boolean
  /** The other side, once it is known. */
  party: Party | undefined
  /** Those who may become it. */
  readonly contacts: Map<string, Party>
  /** What the present peer connection has said, for those who make contact later. */
  letters: Letter[]
  peer: Peer | undefined
  /** What came before the user accepted. */
  readonly waiting: Message[]
  readonly texts: Channel<string>
  invites?: NodeJS.Timeout
}

const elsewhere = { type: 'cancel', body: { reason: 'answered-elsewhere' } }

/**
 * A client written from docs/protocol.md alone. It uses nothing of the library. So it shows mistakes that the library
 * makes on both sides of a call.
 */
export function independentClient(options: IndependentClientOptions): IndependentClient {
  const { notes, note, seen } = notebook(options.name)
  const media = filmAndSound()
  let call: Call | undefined

  const begin = (id: string, user: string, isCaller: boolean, party?: Party): Call => {
    const send = (message: object) => of.peer?.send(JSON.stringify(message))
    const texts = new Channel<string>({
      send: (seq, text) => send({ type: 'text', seq, text }),
      acknowledge: (seq) => send({ type: 'ack', seq }),
      deliver: (text) => note(`text ${text}`),
    })
    const start = { id, user, isCaller, party, texts, contacts: new Map<string, Party>() }
    const of: Call = { ...start, letters: [], peer: undefined, waiting: [] }
    call = of
    return of
  }

  const end = (why: string) => {
    if (!call) return
    clearTimeout(call.invites)
    call.texts.stop()
    call.peer?.close()
    post.bury(call.id)
    call = undefined
    note(`ended ${why}`)
  }

  /** Says something to everybody who may become the other side. */
  const sayToContacts = ({ id, contacts }: Call, letter: Letter, butFor?: Party) => {
    for (const to of contacts.values()) if (to.party !== butFor?.party) post.say(id, to, letter)
  }

  const open = (of: Call, epoch: number): Peer => {
    of.peer?.close()
    of.letters = []
    const peer = openPeer({
      epoch,
      isCaller: of.isCaller,
      tracks: media.tracks,
      signal(letter) {
        of.letters.push(letter)
        if (of.party) post.say(of.id, of.party, letter)
        else sayToContacts(of, letter)
      },
      trackAdded: (track) => media.watch(track, () => note(`${track.kind} received`)),
      connected: () => note(`connected ${epoch}`),
      dataOpen: () => of.texts.again(),
      data(json) {
        const message = JSON.parse(json) as { type: string; seq: number; text: string }
        if (message.type === 'text') of.texts.hear(message.seq, message.text)
        else if (message.type === 'ack') {
          of.texts.acknowledged(message.seq)
          note(`acked ${message.seq}`)
        }
      },
      failed: (thrown) => note(`failed ${String(thrown)}`),
    })
    of.peer = peer
    if (of.isCaller) peer.offer()
    return peer
  }

  const signalled = (of: Call, message: Message) => {
    const { type, epoch = 0 } = message
    if (!of.peer) of.waiting.push(message)
    else if (!of.isCaller && type === 'offer' && epoch > of.peer.epoch) open(of, epoch).take(message)
    else if (epoch === of.peer.epoch) of.peer.take(message)
  }

  const accept = (of: Call, caller: Party) => {
    post.say(of.id, caller, { type: 'accept', body: {} })
    open(of, 0)
    for (const message of of.waiting.splice(0)) signalled(of, message)
  }

  const invited = ({ callId, from }: Message) => {
    if (post.isOver(callId) || call?.id === callId) return
    if (!call) {
      begin(callId, from.user, false, from)
      post.say(callId, from, { type: 'ringing', body: {} })
      note('ringing')
    } else if (call.user !== from.user || !call.isCaller || call.party) {
      post.bury(callId)
      post.say(callId, from, { type: 'busy', body: {} })
    } else if (callId > call.id) post.bury(callId)
    else {
      post.transmit(call.id, { user: call.user }, elsewhere)
      sayToContacts(call, elsewhere)
      end('yielded')
      accept(begin(callId, from.user, false, from), from)
    }
  }

  const met = (of: Call, from: Party) => {
    if (of.contacts.has(from.party)) return
    of.contacts.set(from.party, from)
    for (const letter of of.letters) post.say(of.id, from, letter)
  }

  const receive = (message: Message) => {
    const { type, callId, from, body, epoch = 0 } = message
    if (type === 'invite') {
      invited(message)
      return
    }
    if (call?.id !== callId || call.user !== from.user) {
      if (type === 'cancel' || type === 'hang-up') post.bury(callId)
      if (['ringing', 'accept', 'answer', 'renegotiate'].includes(type))
        post.transmit(callId, from, { type: 'gone', body: {} })
      return
    }
    clearTimeout(call.invites)
    if (call.party && call.party.party !== from.party) {
      if (type === 'ringing' || type === 'accept') post.say(callId, from, elsewhere)
      return
    }
    switch (type) {
      case 'ringing':
        met(call, from)
        break
      case 'accept':
        if (call.party) break
        met(call, from)
        call.party = from
        post.say(callId, from, { type: 'select', body: {} })
        sayToContacts(call, elsewhere, from)
        break
      case 'select':
        note('selected')
        break
      case 'offer':
      case 'answer':
      case 'candidates':
        signalled(call, message)
        break
      case 'renegotiate':
        if (!call.isCaller || epoch !== call.peer?.epoch) break
        if (body.replace) open(call, epoch + 1)
        else call.peer.offer()
        break
      case 'decline':
      case 'busy':
      case 'gone':
      case 'cancel':
      case 'hang-up':
        end(body.reason ?? type)
    }
  }

  const isOpen = (callId: string) => call?.id === callId
  const post = connectPost({ copies: () => 1, ...options, receive, isOpen, note })

  return {
    notes,
    seen,

    call(user, callId = randomBytes(16).toString('hex')) {
      const of = begin(callId, user, true)
      const until = Date.now() + 60_000
      const invite = (waitMs: number) => {
        const body = { media: { audio: true, video: true } }
        post.transmit(callId, { user }, { type: 'invite', body, ttlMs: Math.max(0, until - Date.now()) })
        of.invites = setTimeout(() => invite(Math.min(waitMs * 2, 5000)), waitMs)
      }
      invite(1000)
      open(of, 0)
    },

    accept() {
      if (call?.party) accept(call, call.party)
    },

    decline() {
      if (call?.party) post.say(call.id, call.party, { type: 'decline', body: {} })
      end('declined')
    },

    hangUp() {
      const cancel = { type: 'cancel', body: { reason: 'cancelled' } }
      if (call?.party) post.say(call.id, call.party, { type: 'hang-up', body: { reason: 'hung-up' } })
      else if (call) {
        post.transmit(call.id, { user: call.user }, cancel)
        sayToContacts(call, cancel)
      }
      end('hung-up')
    },

    say: (text) => call?.texts.say(text),

    replacePeer() {
      if (!call?.peer || !call.party) return
      const { epoch } = call.peer
      if (call.isCaller) open(call, epoch + 1)
      else post.say(call.id, call.party, { type: 'renegotiate', body: { replace: true }, epoch })
    },

    reconnect: () => post.reconnect(),

    close() {
      end('closed')
      media.stop()
      post.close()
    },
  }
}
