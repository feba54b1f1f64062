import { isOpen, type CallEvent, type ClientState } from '../../../core/index.ts'
import { on, perClient, type MakeRule } from './rule.ts'

/** Figures are asked for only in a call that was connected, and only while somebody watches. */
export const measuresOnlyInCalls: MakeRule = (report) => {
  const asked = perClient(() => ({ count: 0 }))
  return {
    events: on(['action', 'command'], (client, { event }, before, now) => {
      if (event.type === 'command' && event.command.type === 'get-stats' && --asked(client).count < 0)
        report(client, now, 'its figures are read, and nobody asked for them')
      if (event.type !== 'action' || event.action.type !== 'measure') return
      asked(client).count = 1
      if (!client.watching.isOn()) report(client, now, 'asks for figures, and nobody watches')
      if (!isConnected(before)) report(client, now, `asks for figures while its call is ${before.call.phase}`)
    }),
  }
}

/** The least time between two reports, in milliseconds. */
const GAP_MS = 1_000

/** A client tells the other side at most once a second how well its media arrive. */
export const limitsQualityReports: MakeRule = (report) => {
  const last = perClient(() => ({ callId: '', at: -GAP_MS }))
  return {
    events: on(['command'], (client, { event }, _, now) => {
      if (qualityIn(event) === undefined || !('callId' in event)) return
      const past = last(client)
      if (past.callId === event.callId && now - past.at < GAP_MS)
        report(client, now, `reports the quality again after ${now - past.at} ms`)
      Object.assign(past, { callId: event.callId, at: now })
    }),
  }
}

/** The time that a report takes to arrive, in milliseconds, with some to spare. */
const ARRIVES_MS = 50

interface Told {
  readonly callId: string
  readonly at: number
  readonly text: string
}

/** The latest report of either side has arrived at the other, unless a peer connection was replaced meanwhile. */
export const qualityReportsArrive: MakeRule = (report, { settles, partner }) => {
  const pasts = perClient(() => ({
    told: undefined as Told | undefined,
    arrived: '',
    openAt: Infinity,
    changedAt: 0,
  }))
  return {
    events: on(['peer-opened', 'peer', 'action'], (client, { event }, before, now) => {
      const past = pasts(client)
      if (event.type === 'peer-opened') Object.assign(past, { openAt: Infinity, changedAt: now, arrived: '' })
      if (event.type === 'peer') {
        const { event: inner } = event
        if (inner.type === 'data-open') past.openAt = now
        if (inner.type === 'connection-state') past.changedAt = now
        const text = qualityIn(event)
        if (text !== undefined) past.arrived = text
      }
      if (event.type !== 'action' || event.action.type !== 'report-quality' || !isOpen(before.call)) return
      const { receiving, because } = event.action.report
      past.told = { callId: before.call.callId, at: now, text: `${receiving} ${because.join(' ')}` }
    }),
    over(clients, now) {
      if (!settles) return
      for (const client of clients) {
        const call = client.state()
        const { told, openAt, changedAt } = pasts(client)
        if (!told || !client.alive() || call.phase !== 'connected' || told.callId !== call.callId) continue
        const other = partner(call.remote.party)
        const theirs = other?.state()
        if (!other?.alive() || theirs?.phase !== 'connected' || theirs.callId !== call.callId) continue
        if (!call.features?.includes('quality') || told.at < openAt) continue
        const { arrived, changedAt: theirChange } = pasts(other)
        if (told.at < Math.max(changedAt, theirChange) || now - told.at < ARRIVES_MS) continue
        if (arrived !== told.text)
          report(client, now, `reported "${told.text}", and the other side knows "${arrived}"`)
      }
    },
  }
}

const isConnected = ({ call }: ClientState): boolean =>
  call.phase === 'connected' || call.phase === 'reconnecting'

/** The quality that an event sends or receives over the data channel, in words. */
function qualityIn(event: CallEvent): string | undefined {
  const data =
    event.type === 'command' && event.command.type === 'send'
      ? event.command.data
      : event.type === 'peer' && event.event.type === 'data' && String(event.event.data)
  // Most texts are something else, and reading them costs time.
  if (!data || !data.startsWith('{"type":"quality"')) return undefined
  const { receiving, because } = JSON.parse(data) as {
    readonly receiving: string
    readonly because: string[]
  }
  return `${receiving} ${because.join(' ')}`
}
