import { defaultSettings, isOpen, type CallState, type ClientState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

interface Peer {
  callId: string
  /** The epoch of the current peer connection; -1 for none. */
  epoch: number
  role: 'offerer' | 'answerer'
  /** How many new connections were tried or requested since the last one connected. */
  tries: number
  /** Why a new connection is needed, until it is tried, requested or given up. */
  need: string | undefined
  /** The epoch of the newest connection that is being replaced. It may still break until it is closed. */
  left: number
  /** Since when a local offer waits for its answer, in awake time. */
  waits: number | undefined
  /** The epoch of each received description. */
  readonly descriptions: Map<string, number>
}

/** Three for negotiation, and nine during the recovery of a lost path. */
const MAX_TRIES = 12
const MIN_TRIES = 3

const types = ['received', 'peer-opened', 'peer', 'peer-closed', 'ended', 'command', 'send'] as const

/**
 * A peer connection that fails to negotiate is replaced a limited number of times. Each gets only the signals of its
 * own epoch.
 */
export const replacesBrokenPeer: MakeRule = (report) => {
  const past = perClient((): Peer => ({
    callId: '',
    epoch: -1,
    role: 'offerer',
    tries: 0,
    need: undefined,
    left: -1,
    waits: undefined,
    descriptions: new Map(),
  }))
  return {
    changed(client, { state: { call } }, before, now) {
      const mine = past(client)
      // The wait counts from the change that starts it.
      if (mine.waits !== undefined && !counts(before)) mine.waits = client.awakeMs(now)
      const callId = isOpen(call) ? call.callId : ''
      if (callId !== mine.callId) {
        Object.assign(mine, { callId, epoch: -1, tries: 0, need: undefined, left: -1, waits: undefined })
        mine.descriptions.clear()
      }
    },
    events: on(types, (client, { event }, before, now) => {
      const mine = past(client)
      const complain = (what: string) => report(client, now, what)
      if (event.type === 'received') {
        const { message } = event
        if (!isOpen(before.call) || message.callId !== mine.callId || !isOfOther(message.from, before.call))
          return
        const epoch = message.epoch ?? 0
        if (message.type === 'offer' || message.type === 'answer')
          mine.descriptions.set(message.body.sdp, epoch)
        if (message.type === 'offer' && mine.role === 'answerer' && mine.epoch >= 0 && epoch > mine.epoch)
          mine.need = 'an offer of a new peer connection came'
        if (message.type === 'renegotiate' && message.body.replace && mine.role === 'offerer')
          if (epoch === mine.epoch && epoch > mine.left)
            mine.need = 'the other side asked for a new peer connection'
        return
      }
      switch (event.type) {
        case 'peer-opened':
          if (event.epoch <= mine.epoch) complain(`epoch ${event.epoch} begins after ${mine.epoch}`)
          mine.epoch = event.epoch
          mine.role = event.role
          mine.waits = undefined
          if (event.role === 'answerer') mine.need = undefined
          return
        case 'peer':
          if (event.epoch !== mine.epoch) return
          if (event.event.type === 'signaling-state')
            mine.waits = event.event.state === 'have-local-offer' ? client.awakeMs(now) : undefined
          if (event.event.type === 'connection-state' && event.event.state === 'connected') mine.tries = 0
          return
        case 'peer-closed':
          mine.waits = undefined
          if (event.error?.code === 'negotiation-failed' && event.epoch > mine.left)
            mine.need = 'the peer connection broke'
          return
        case 'ended':
          mine.need = undefined
          if (event.by === 'local' && event.error?.code === 'negotiation-failed' && mine.tries < MIN_TRIES)
            complain(`gives up after ${mine.tries} new peer connections`)
          return
        case 'command': {
          if (event.command.type === 'replace') {
            mine.need = undefined
            if (event.epoch <= mine.left) complain(`the peer connection ${mine.left} is replaced twice`)
            mine.left = event.epoch
            if (++mine.tries > MAX_TRIES) complain(`a new peer connection is tried ${mine.tries} times`)
          }
          if (event.command.type !== 'description') return
          const of = mine.descriptions.get(event.command.description.sdp)
          if (of !== event.epoch) complain(`a description of epoch ${of} is given to that of ${event.epoch}`)
          return
        }
        case 'send': {
          const { type, epoch = 0 } = event.message
          if (
            (type === 'offer' || type === 'answer') &&
            event.message.callId === mine.callId &&
            mine.epoch >= 0 &&
            epoch !== mine.epoch
          )
            complain(`${type} of epoch ${mine.epoch} is sent as one of ${epoch}`)
          if (type !== 'renegotiate' || !event.message.body.replace) return
          mine.need = undefined
          if (epoch <= mine.left) complain(`a replacement is requested twice for ${epoch}`)
          mine.left = Math.max(epoch, mine.left)
          if (++mine.tries > MAX_TRIES) complain(`a new peer connection is asked for ${mine.tries} times`)
        }
      }
    }),
    rested(client, now) {
      const mine = past(client)
      const model = client.model()
      if (!isOpen(model.call)) return
      if (mine.need !== undefined) report(client, now, `${mine.need}, and nothing is done about it`)
      if (
        mine.waits !== undefined &&
        counts(model) &&
        client.awakeMs(now) - mine.waits > defaultSettings.negotiationMs
      )
        report(client, now, `an offer waits for more than ${defaultSettings.negotiationMs} ms`)
    },
  }
}

/** Whether the other side is reachable and has the call. */
const counts = ({ call, connection }: ClientState) =>
  connection.status === 'online' && (call.phase === 'connecting' || call.phase === 'connected')

function isOfOther(
  from: { readonly user: string; readonly party: string },
  call: Extract<CallState, { remote: unknown }>,
): boolean {
  return from.user === call.remote.user && (call.remote.party ?? from.party) === from.party
}
