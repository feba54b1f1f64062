import { isOpen } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** Each call ends exactly once, and is never open again. */
export const endsOnce: MakeRule = (report) => {
  const ended = perClient(() => new Set<string>())
  return {
    events: on(['ended'], (client, { event, state: { call } }, _, now) => {
      const over = ended(client)
      if (over.has(event.callId)) report(client, now, 'a call ended twice')
      over.add(event.callId)
      if (isOpen(call) && call.callId === event.callId)
        report(client, now, `call ${call.callId} is open after it ended`)
    }),
    changed(client, { state: { call } }, _, now) {
      if (isOpen(call) && ended(client).has(call.callId))
        report(client, now, `call ${call.callId} is open again after it ended`)
    },
  }
}

const answers = ['busy', 'gone']

/** Nothing happens in a call, and nothing is sent for it, after it ended. */
export const nothingAfterTheEnd: MakeRule = (report) => {
  const ended = perClient(() => new Set<string>())
  return {
    seen(client, { event }, _, now) {
      const over = ended(client)
      if (event.type === 'ended') over.add(event.callId)
      else if (event.type === 'send') {
        // A client that still sends messages for an ended call gets an answer.
        if (over.has(event.message.callId) && !answers.includes(event.message.type))
          report(client, now, `${event.message.type} sent for a call that ended`)
      } else if ('callId' in event && over.has(event.callId))
        report(client, now, `${event.type} in a call that ended`)
    },
  }
}

/** How long an ended or unknown call may be remembered, in milliseconds. */
const LINGER_MS = 60_000
/** The same for an ignored caller. The channel waits for 10 s more, so that the end of the ringing arrives. */
const IGNORED_LINGER_MS = 70_000

/** After a call, no peer connection, live track or shown stream is left, and soon no timer. */
export const releasesEverything: MakeRule = (report) => {
  // Since when the client sent nothing while the relay was reachable. It retransmits a call's last messages for a
  // while.
  const quiet = perClient(() => ({ since: 0, lingerMs: LINGER_MS }))
  return {
    seen(client, { event }, _before, now) {
      const state = quiet(client)
      state.since = client.awakeMs(now)
      const isIgnored =
        event.type === 'received' &&
        event.message.type === 'invite' &&
        client.verdictOn(event.message.from.user) === 'ignore'
      if (isIgnored) state.lingerMs = IGNORED_LINGER_MS
    },
    crossed(client, { type }, now) {
      if (type !== 'transmit') quiet(client).since = client.awakeMs(now)
    },
    rested(client, now) {
      const { call, localStream, remoteStream, muted, connection } = client.model()
      if (isOpen(call)) return
      const { since, lingerMs } = quiet(client)
      const lingers = connection.status !== 'online' || client.awakeMs(now) - since <= lingerMs
      const none = (count: number, what: string) => {
        if (count > 0) report(client, now, `${count} ${what} left without a call`)
      }
      none(client.liveTracks(), 'live tracks')
      none(client.openPeers(), 'open peer connections')
      none(lingers ? 0 : client.timers(), 'timers')
      none(Number(localStream !== null), 'local streams shown')
      none(Number(remoteStream !== null), 'remote streams shown')
      none(Number(muted.audio) + Number(muted.video), 'muted tracks')
    },
  }
}
