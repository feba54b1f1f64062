import { isOpen } from '../../../core/index.ts'
import { perClient, type MakeRule } from './rule.ts'

/** Each call ends exactly once, and is never open again. */
export const endsOnce: MakeRule = (report) => {
  const ended = perClient(() => new Set<string>())
  return {
    seen(client, { event, state: { call } }, _, now) {
      const over = ended(client)
      if (isOpen(call) && over.has(call.callId))
        report(client, now, `call ${call.callId} is open again after it ended`)
      if (event.type !== 'ended') return
      if (over.has(event.callId)) report(client, now, 'a call ended twice')
      over.add(event.callId)
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
        // Whoever still asks for a call that is over gets an answer.
        if (over.has(event.message.callId) && !answers.includes(event.message.type))
          report(client, now, `${event.message.type} sent for a call that ended`)
      } else if ('callId' in event && over.has(event.callId))
        report(client, now, `${event.type} in a call that ended`)
    },
  }
}

/** For so long something of a call that is over, or that was never known, may be remembered, in milliseconds. */
const LINGER_MS = 60_000

/** After a call no peer connection, live track or, soon, timer is left, and nothing of it is shown. */
export const nothingLeftOpen: MakeRule = (report) => {
  // Since when nothing was said and the relay could be reached: the last messages of a call are said again for a while.
  const quiet = perClient(() => ({ since: 0 }))
  return {
    seen(client, { event }, _, now) {
      if (event.type !== 'transmit') quiet(client).since = client.awakeMs(now)
    },
    rested(client, now) {
      if (isOpen(client.state())) return
      const { localStream, remoteStream, muted, connection } = client.model()
      const lingers = connection.status !== 'online' || client.awakeMs(now) - quiet(client).since <= LINGER_MS
      const left = [
        [client.liveTracks(), 'live tracks'],
        [client.openPeers(), 'open peer connections'],
        [lingers ? 0 : client.timers(), 'timers'],
        [Number(localStream !== null), 'local streams shown'],
        [Number(remoteStream !== null), 'remote streams shown'],
        [Number(muted.audio) + Number(muted.video), 'muted tracks'],
      ] as const
      for (const [count, what] of left)
        if (count > 0) report(client, now, `${count} ${what} left without a call`)
    },
  }
}
