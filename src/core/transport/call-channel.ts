import { Observable, type Subscription } from 'rxjs'
import { CallError } from '../errors.ts'
import type { Env } from '../ports/index.ts'
import { PROTOCOL_VERSION } from '../protocol/index.ts'
import type { IncomingMessage, OutgoingMessage } from '../protocol/index.ts'
import type { CallSettings } from '../settings.ts'
import { standingOf, type CallsView, type Ends, type Standing } from './calls-view.ts'
import { retransmittingWindow } from '../reliable-channel/retransmission.ts'
import type { Frame, SlidingWindow, WindowOutput } from '../reliable-channel/sliding-window.ts'
import type { TransportEvent } from './transport-event.ts'

/** Messages to one party that may wait for their acknowledgement. */
const MAX_UNACKED = 256

/** A message of a channel, in either direction. */
export type ChannelInput =
  | { readonly type: 'send'; readonly message: OutgoingMessage }
  | { readonly type: 'arrived'; readonly message: IncomingMessage }

export type ChannelOutput =
  /** A message for the relay: numbered, and sent again if it may have been lost. */
  | { readonly type: 'transmit'; readonly message: OutgoingMessage }
  | Extract<TransportEvent, { type: 'received' | 'refused' }>

export interface CallChannelSources {
  readonly input$: Observable<ChannelInput>
  readonly ends: Ends
  /** This and the next replay the latest. */
  readonly calls$: Observable<CallsView>
  /** Whether the relay can be reached. */
  readonly online$: Observable<boolean>
  /** How long messages of an unknown call are kept for its invite, in milliseconds. */
  readonly keptMs: number
  readonly settings: Pick<CallSettings, 'ackMs' | 'maxAckMs' | 'lingerMs'>
}

/** Why a channel will end: its call is over, another party has it, no invite came, or this side lets it ring unheard. */
type Leaving = 'lingers' | 'left' | 'unclaimed' | 'unheard'

/**
 * Exchanges the messages of one call with one party, exactly once and in order, by a sliding window. Sends what the
 * party asks for before it delivers what the party sent. So the answer of a stage leaves in the same turn.
 *
 * Completes
 * - after `gone` from the party, which it delivers;
 * - after its call ended: as soon as everything sent is acknowledged, or after `lingerMs` online;
 * - when another party has had the call for `lingerMs` online;
 * - when nothing was sent and no invite opened the call within `keptMs` online;
 * - when the call rings unheard: `lingerMs` later than that, so that its end message arrives.
 *
 * Going offline starts these times again. Unsubscribing cancels both of its timers.
 */
export function callChannel(
  { input$, ends, calls$, online$, keptMs, settings }: CallChannelSources,
  { scheduler }: Env,
): Observable<ChannelOutput> {
  return new Observable((subscriber) => {
    let standing: Standing = 'unknown'
    let wasOpen = false
    let online: boolean | undefined
    let used = false
    let waiting = 0
    let leaving: Leaving | undefined
    let timer: Subscription | undefined
    const undelivered: ChannelOutput[] = []

    // A delivered message may bring the next input before the ones behind it are delivered: they stay in order.
    const deliver = () => {
      for (let next = undelivered.shift(); next; next = undelivered.shift()) subscriber.next(next)
    }
    const complete = () => {
      deliver()
      subscriber.complete()
    }
    const isOpen = () => standing === 'open' || standing === 'elsewhere'
    /** This side has answered a call that it never let in. */
    const isUnheard = () => standing === 'unknown' && !wasOpen && used
    const reasonToLeave = (): Leaving | undefined => {
      if (!online) return undefined
      if (isOpen()) return standing === 'elsewhere' ? 'left' : undefined
      if (isUnheard()) return 'unheard'
      return used || wasOpen ? 'lingers' : 'unclaimed'
    }
    const timeToLeave = (reason: Leaving): number => {
      if (reason === 'unclaimed') return keptMs
      return reason === 'unheard' ? keptMs + settings.lingerMs : settings.lingerMs
    }
    const review = () => {
      if (subscriber.closed) return
      if (!isOpen() && !isUnheard() && (used || wasOpen) && waiting === 0) {
        complete()
        return
      }
      const reason = reasonToLeave()
      if (reason === leaving) return
      leaving = reason
      timer?.unsubscribe()
      if (reason) timer = scheduler.schedule(complete, timeToLeave(reason))
    }
    const turned = ({ outputs, sent, unacked }: SlidingWindow<OutgoingMessage, IncomingMessage>) => {
      used = sent > 0
      waiting = unacked.length
      undelivered.push(...outputs.flatMap(toEvents))
      for (const output of outputs)
        if (output.type === 'transmit')
          subscriber.next({ type: 'transmit', message: onWire(output.frame, ends) })
      deliver()
      review()
    }
    const channel = retransmittingWindow({ ...settings, maxUnacked: MAX_UNACKED }, scheduler, turned)

    subscriber.add(() => {
      channel.stop()
      timer?.unsubscribe()
    })
    const listen = <T>(source$: Observable<T>, next: (value: T) => void) =>
      subscriber.add(source$.subscribe({ next, error: (thrown: unknown) => subscriber.error(thrown) }))
    listen(calls$, (calls) => {
      standing = standingOf(ends, calls)
      wasOpen ||= isOpen()
      if (online !== undefined) review()
    })
    listen(online$, (isOnline) => {
      const isBack = online !== undefined
      online = isOnline
      if (isOnline) channel.open(isBack && isOpen())
      else channel.close()
    })
    listen(input$, (input) => {
      if (input.type === 'send') channel.push(input.message)
      else if (input.message.type === 'gone') {
        undelivered.push({ type: 'received', message: input.message })
        complete()
      } else for (const frame of framesOf(input.message)) channel.receive(frame)
    })
  })
}

/** What an output of the window means for the client. */
function toEvents(output: WindowOutput<OutgoingMessage, IncomingMessage>): ChannelOutput[] {
  switch (output.type) {
    case 'deliver':
      return [{ type: 'received', message: output.value }]
    case 'overflow': {
      const problem = `${MAX_UNACKED} messages are already waiting for the other side`
      return [{ type: 'refused', message: output.value, error: new CallError('relay-unreachable', problem) }]
    }
    case 'transmit':
    case 'taken':
    case 'acked':
      return []
  }
}

/** Wraps a frame in the message that carries it. */
function onWire(frame: Frame<OutgoingMessage>, ends: Ends): OutgoingMessage {
  switch (frame.type) {
    case 'data':
      return { ...frame.value, seq: frame.seq }
    case 'ack':
      return { v: PROTOCOL_VERSION, type: 'ack', ...ends, body: { seq: frame.seq } }
    case 'resume':
      return { v: PROTOCOL_VERSION, type: 'resume', ...ends, body: { lastSeq: frame.lastSeq } }
  }
}

function framesOf(message: IncomingMessage): Frame<IncomingMessage>[] {
  if (message.type === 'ack') return [{ type: 'ack', seq: message.body.seq }]
  if (message.type === 'resume') return [{ type: 'resume', lastSeq: message.body.lastSeq }]
  return message.seq === undefined ? [] : [{ type: 'data', seq: message.seq, value: message }]
}
