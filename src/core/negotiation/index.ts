export {
  perfectNegotiation,
  type NegotiationCommand,
  type NegotiationEvent,
  type NegotiationSources,
} from './perfect-negotiation.ts'
export type { NegotiationPort } from './port.ts'
