import type { CallAction, MediaRequest } from '../../core/index.ts'
import type { TraceEntry, TracedEnd, TracedState } from '../../core/trace/index.ts'

/** The lanes that a client can have in a diagram, from top to bottom. */
export const laneNames = [
  'actions',
  'relay',
  'sent',
  'received',
  'media',
  'peer',
  'commands',
  'state',
  'chat',
  'errors',
] as const
export type LaneName = (typeof laneNames)[number]

/** An event to draw: its lane and its label. */
export interface Signal {
  readonly lane: LaneName
  readonly label: string
}

/** How an entry is drawn; undefined for timers and ids, whose effects are drawn instead. */
export function signalOf(entry: TraceEntry): Signal | undefined {
  switch (entry.type) {
    case 'action':
      return { lane: 'actions', label: actionInWords(entry.action) }
    case 'signaling-event':
    case 'signaling-ended':
      return relaySignal(entry)
    case 'message-sent':
      return { lane: 'sent', label: messageInWords(entry.message) }
    case 'peer-event':
      return { lane: 'peer', label: which(peerEventInWords(entry.event), entry.peer) }
    case 'peer-ended':
      return { lane: 'peer', label: which(endInWords('closed', entry), entry.peer) }
    case 'peer-opened':
      return { lane: 'commands', label: which(`open as ${entry.options.role}`, entry.peer) }
    case 'peer-command':
      return { lane: 'commands', label: which(commandInWords(entry.command), entry.peer) }
    case 'peer-closed':
      return { lane: 'commands', label: which('close', entry.peer) }
    case 'media-requested':
      return { lane: 'media', label: entry.request.video === 'screen' ? 'request screen' : 'request' }
    case 'media-captured':
      return { lane: 'media', label: capturedInWords(entry.stream) }
    case 'media-released':
      return { lane: 'media', label: 'stop' }
    case 'media-ended':
      return { lane: 'media', label: endInWords('ended', entry) }
    case 'state':
      return stateSignal(entry.state)
    case 'text':
      return { lane: 'chat', label: entry.message.from === 'local' ? 'written' : 'read' }
    case 'error':
      return { lane: 'errors', label: entry.error.error }
    case 'ended':
      return { lane: 'state', label: endInWords('complete', entry) }
    case 'checkpoint':
      return { lane: 'state', label: 'recording begins' }
    case 'unsubscribed':
      return { lane: 'state', label: 'unsubscribed' }
    default:
      return undefined
  }
}

type EntryOf<T extends TraceEntry['type']> = Extract<TraceEntry, { type: T }>

function relaySignal(entry: EntryOf<'signaling-event' | 'signaling-ended'>): Signal {
  if (entry.type === 'signaling-ended') return { lane: 'relay', label: endInWords('ended', entry) }
  const { event } = entry
  switch (event.type) {
    case 'message':
      return { lane: 'received', label: messageInWords(event.message) }
    case 'refused':
      return { lane: 'relay', label: `${event.message.type} refused` }
    case 'connecting':
      return { lane: 'relay', label: event.error ? 'offline' : 'connecting' }
    default:
      return { lane: 'relay', label: event.type }
  }
}

/** A stranger may send anything as a message. */
function messageInWords(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('type' in message)) return 'unreadable'
  const { type } = message
  if (typeof type !== 'string' || !/^[a-z-]{1,20}$/.test(type)) return 'unreadable'
  const epoch = 'epoch' in message && typeof message.epoch === 'number' ? message.epoch : 0
  return epoch > 0 ? `${type} (epoch ${epoch})` : type
}

function capturedInWords({ tracks = [] }: EntryOf<'media-captured'>['stream']): string {
  const muted = tracks.filter((track) => track.muted).map(({ kind }) => kind)
  return muted.length === 0 ? 'captured' : `captured, ${muted.join(' and ')} muted by the system`
}

function stateSignal({ call }: TracedState): Signal | undefined {
  if (!call) return undefined
  if (call.phase === 'calling') return { lane: 'state', label: `calling, ${call.progress}` }
  return { lane: 'state', label: call.phase === 'ended' ? `ended, ${call.reason}` : call.phase }
}

function actionInWords(action: CallAction): string {
  switch (action.type) {
    case 'call':
      return `call ${action.user}`
    case 'hold':
      return action.held ? 'hold' : 'resume'
    case 'media':
      return mediaInWords(action.change)
    case 'mute':
      return `${action.muted ? 'mute' : 'unmute'} ${action.kind}`
    default:
      return action.type
  }
}

function mediaInWords(change: Partial<MediaRequest>): string {
  return (['audio', 'video'] as const)
    .flatMap((kind) => {
      const source = change[kind]
      if (source === undefined) return []
      if (typeof source === 'object') return [`another ${kind}`]
      return [source === 'screen' ? source : `${source ? '' : 'no '}${kind}`]
    })
    .join(', ')
}

function commandInWords(command: EntryOf<'peer-command'>['command']): string {
  switch (command.type) {
    case 'description':
      return command.description.type
    case 'candidate':
      return command.candidate ? 'candidate' : 'end of candidates'
    case 'track':
      return `${command.track ? 'send' : 'send no'} ${command.kind}`
    default:
      return command.type
  }
}

function peerEventInWords(event: EntryOf<'peer-event'>['event']): string {
  switch (event.type) {
    case 'description':
      return event.description.type
    case 'candidate':
      return event.candidate ? 'candidate' : 'end of candidates'
    case 'track-added':
      return `${event.track.kind} added`
    case 'track-removed':
      return `${event.track.kind} removed`
    case 'connection-state':
      return event.state
    case 'ice-connection-state':
      return `ice ${event.state}`
    case 'ice-gathering-state':
      return `gathering ${event.state}`
    case 'signaling-state':
      return `signaling ${event.state}`
    default:
      return event.type
  }
}

function endInWords(orderly: string, { error }: TracedEnd): string {
  if (!error) return orderly
  return 'error' in error ? error.error : 'failed'
}

/** A client usually has one peer connection, so only later ones are numbered. */
function which(label: string, peer: number): string {
  return peer === 1 ? label : `${label} (peer ${peer})`
}
