import { defaultSettings, isOpen } from '../../../core/index.ts'
import type { SimulatedClient } from '../simulated-client.ts'
import { perClient, type MakeRule } from './rule.ts'

interface Chat {
  callId: string
  readonly written: { readonly text: string; readonly at: number }[]
  /** How many were handed to the peer connection, were reported as unsent at the end, and arrived from the other side. */
  sent: number
  unsent: number
  arrived: number
}

/** Time in which a text gets through a connection that is up, in milliseconds, with plenty to spare. */
const ENOUGH_MS = 100

/** Each text of a call arrives at most once, in order and as it was written, or its writer is told that it did not go out. */
export const textsInOrder: MakeRule = (report, world) => {
  const chats = perClient((): Chat[] => [])
  const everybody = new Set<SimulatedClient>()
  const others = (client: SimulatedClient, callId: string) =>
    [...everybody].flatMap((other) =>
      other === client ? [] : chats(other).filter((chat) => chat.callId === callId),
    )
  const chatOf = (client: SimulatedClient, callId: string) =>
    chats(client).find((chat) => chat.callId === callId)
  return {
    seen(client, { event, state }, _, now) {
      everybody.add(client)
      if (event.type === 'dialled' || event.type === 'rang') {
        chats(client).push({ callId: event.callId, written: [], sent: 0, unsent: 0, arrived: 0 })
        return
      }
      if (event.type === 'error') {
        // Others of this code refuse a text that was never taken.
        const last = chats(client).at(-1)
        if (event.error.code === 'text-not-sent' && !isOpen(state.call) && last) last.unsent++
        return
      }
      if (!('callId' in event)) return
      const chat = chatOf(client, event.callId)
      if (!chat) return
      if (event.type === 'yielded') chat.callId = event.to
      if (event.type === 'command' && event.command.type === 'send') chat.sent++
      if (event.type !== 'text') return
      if (event.message.from === 'local') {
        chat.written.push({ text: event.message.text, at: now })
        return
      }
      // A path that breaks may swallow texts, and still brings none twice or too early.
      const skips = world.pathsHold ? 0 : Infinity
      const written = others(client, event.callId)
        .map((other) =>
          other.written.findIndex(({ text }, at) => at >= chat.arrived && text === event.message.text),
        )
        .find((place) => place >= 0 && place <= chat.arrived + skips)
      if (written === undefined) report(client, now, `"${event.message.text}" arrived out of order, or again`)
      chat.arrived = (written ?? chat.arrived) + 1
    },
    rested(client, now) {
      const chat = chats(client).at(-1)
      if (!chat) return
      const waiting = chat.written.length - chat.sent - chat.unsent
      if (waiting < 0)
        report(client, now, `${-waiting} texts went out more than once, or are said not to have`)
      if (waiting > defaultSettings.maxUnsentTexts) report(client, now, `${waiting} texts wait`)
      // Whoever leaves altogether is told nothing any more.
      if (waiting > 0 && client.alive() && !isOpen(client.state()))
        report(client, now, `${waiting} texts never went out, and nobody was told`)
    },
    over(clients, now) {
      for (const client of clients) {
        const call = client.state()
        const other = call.phase === 'connected' ? world.partner(call.remote.party) : undefined
        if (!client.alive() || call.phase !== 'connected' || !other?.alive()) continue
        const theirs = chatOf(other, call.callId)
        const written = chatOf(client, call.callId)?.written.filter(({ at }) => at < now - ENOUGH_MS) ?? []
        if (world.settles && world.pathsHold && theirs && theirs.arrived < written.length)
          report(client, now, `${written.length - theirs.arrived} texts never arrived`)
      }
    },
  }
}
