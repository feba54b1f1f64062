import { defaultSettings, isOpen, type CallEvent } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Chat {
  callId: string
  readonly written: string[]
  /** How many texts the end reports as perhaps undelivered, and how many arrived from the other side. */
  unsure: number
  arrived: number
  /** How many texts the other side has acknowledged. */
  acked: number
}

/** Texts that may be in flight to the other side. */
const WINDOW = 64

const types = ['outgoing', 'incoming', 'error', 'yielded', 'command', 'peer', 'text'] as const

/**
 * Each text of a call arrives at most once, in order and unchanged. If it may be lost, its writer gets an error.
 */
export const textsInOrder: MakeRule = (report, world) => {
  const chats = perClient((): Chat[] => [])
  const everybody = new Set<SimulatedClient>()
  const others = (client: SimulatedClient, callId: string) =>
    [...everybody].flatMap((other) =>
      other === client ? [] : chats(other).filter((chat) => chat.callId === callId),
    )
  const chatOf = (client: SimulatedClient, callId: string) =>
    chats(client).find((chat) => chat.callId === callId)
  /** How many texts of this client the other side does not have. */
  const missing = (client: SimulatedClient, { callId, written }: Chat) =>
    written.length - Math.max(0, ...others(client, callId).map(({ arrived }) => arrived))
  return {
    events: on(types, (client, { event, state }, _, now) => {
      if (event.type === 'outgoing' || event.type === 'incoming') {
        everybody.add(client)
        if (chats(client).at(-1)?.callId !== event.callId)
          chats(client).push({ callId: event.callId, written: [], unsure: 0, arrived: 0, acked: 0 })
        return
      }
      if (event.type === 'error') {
        // Other errors of this code refuse a text that was never accepted.
        const last = chats(client).at(-1)
        if (event.error.code === 'text-not-sent' && !isOpen(state.call) && last) last.unsure++
        return
      }
      const chat = chatOf(client, event.callId)
      if (!chat) return
      if (event.type === 'yielded') chat.callId = event.to
      const passing = passingOf(event)
      if (passing?.type === 'ack') chat.acked = Math.max(chat.acked, passing.seq)
      if (passing?.type === 'text' && event.type === 'command' && passing.seq > chat.acked + WINDOW)
        report(client, now, `text ${passing.seq} is sent while ${chat.acked} are acknowledged`)
      if (event.type !== 'text') return
      const { from, text, delivery } = event.message
      if (from === 'local' && delivery === 'delivered') {
        const place = chat.written.indexOf(text)
        if (!others(client, event.callId).some(({ arrived }) => arrived > place))
          report(client, now, `"${text}" is shown as delivered, and has not arrived`)
        return
      }
      if (from === 'local') {
        chat.written.push(text)
        return
      }
      const next = others(client, event.callId).some(({ written }) => written[chat.arrived] === text)
      if (!next) report(client, now, `"${text}" arrived out of order, or again`)
      chat.arrived++
    }),
    rested(client, now) {
      const chat = chats(client).at(-1)
      if (!chat) return
      if (chat.unsure > chat.written.length)
        report(client, now, `${chat.unsure} texts are said not to have arrived, of ${chat.written.length}`)
      if (chat.written.length <= chat.unsure) return
      const waiting = missing(client, chat) - chat.unsure
      if (waiting > defaultSettings.maxUnsentTexts) report(client, now, `${waiting} texts wait`)
      // A client that closes gets no more errors.
      if (waiting > 0 && client.alive() && !isOpen(client.state()))
        report(client, now, `${waiting} texts never arrived, and nobody was told`)
    },
    over(clients, now) {
      for (const client of clients) {
        const call = client.state()
        const other = call.phase === 'connected' ? world.partner(call.remote.party) : undefined
        if (!world.settles || !client.alive() || call.phase !== 'connected' || !other?.alive()) continue
        const chat = chatOf(client, call.callId)
        const waiting = chat && chatOf(other, call.callId) ? missing(client, chat) : 0
        if (waiting > 0) report(client, now, `${waiting} texts never arrived`)
      }
    },
  }
}

/** The content that this event moves over the data channel: a remote acknowledgement, or what this side sends. */
function passingOf(event: CallEvent): { readonly type: string; readonly seq: number } | undefined {
  if (event.type === 'command' && event.command.type === 'send') return read(event.command.data)
  if (event.type === 'peer' && event.event.type === 'data') return read(String(event.event.data))
  return undefined
}

// The core sent this itself, so it needs no check.
const read = (data: string) => JSON.parse(data) as { readonly type: string; readonly seq: number }
