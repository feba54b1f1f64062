import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createEventLoopDelay } from './event-loop-delay.ts'

/** What a relay counts. No label is a user, an address or anything else that clients choose. */
export interface RelayMetrics {
  readonly registry: Registry
  connected(): void
  disconnected(reason: string): void
  /** A connection was refused; `code` is what its client was sent. */
  refused(code: string): void
  /** A message was answered after `seconds`: `outcome` is `ok` or the code of its refusal. */
  message(type: string, outcome: string, seconds: number): void
  call(outcome: string): void
  /** Measures the event loop from now until `stop`. */
  start(): void
  stop(): void
}

/** Why a connection ended: the reasons of Socket.IO, and those for which the relay cuts a connection off. */
const REASONS: ReadonlySet<string> = new Set([
  'transport close',
  'transport error',
  'ping timeout',
  'parse error',
  'client namespace disconnect',
  'server namespace disconnect',
  'server shutting down',
  'forced close',
  'unread',
  'flood',
])

const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics(): RelayMetrics {
  const registry = new Registry()
  const registers = [registry]
  const connections = new Gauge({
    name: 'rxcall_connections',
    help: 'Clients that are connected',
    registers,
  })
  const refusals = new Counter({
    name: 'rxcall_refusals_total',
    help: 'Connections that were refused, by the code that the client got',
    labelNames: ['code'],
    registers,
  })
  const disconnects = new Counter({
    name: 'rxcall_disconnects_total',
    help: 'Connections that ended, by reason',
    labelNames: ['reason'],
    registers,
  })
  /** By outcome, then by type. A message costs two look-ups; labels are made only when the metrics are read. */
  const messages = new Map<string, Map<string, number>>()
  new Counter({
    name: 'rxcall_messages_total',
    help: 'Messages, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const [outcome, types] of messages)
        for (const [type, count] of types) this.inc({ type, outcome }, count)
    },
  })
  const latency = new Histogram({
    name: 'rxcall_message_seconds',
    help: 'Time from the arrival of a message to its receipt',
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const calls = new Counter({
    name: 'rxcall_calls_total',
    help: 'Calls that ended, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const delay = createEventLoopDelay()
  new Gauge({
    name: 'rxcall_event_loop_delay_seconds',
    help: 'How late the event loop was in the last one to two minutes, in quantiles; reading it does not reset it',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const quantile of [0.5, 0.99, 1]) this.set({ quantile }, delay.seconds(quantile * 100))
    },
  })

  return {
    registry,
    connected: () => connections.inc(),
    disconnected(reason) {
      connections.dec()
      disconnects.inc({ reason: REASONS.has(reason) ? reason : 'other' })
    },
    refused: (code) => refusals.inc({ code }),
    message(type, outcome, seconds) {
      const types = messages.get(outcome) ?? new Map<string, number>()
      messages.set(outcome, types)
      types.set(type, (types.get(type) ?? 0) + 1)
      latency.observe(seconds)
    },
    call: (outcome) => calls.inc({ outcome }),
    start: () => delay.start(),
    stop: () => delay.stop(),
  }
}
