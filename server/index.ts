export { createRelay, type Relay, type RelayOptions } from './create-relay.ts'
export type { Origins } from './allow-origin.ts'
export type { Rate } from './rate-limit.ts'
export type { SharedServer } from './attach-relay.ts'
