import type { Effect, EventType, Input } from '../core/index.ts'

/** What comes from outside or goes out. Beside each of these steps, a crossing has the whole event. */
const crossings: Readonly<Record<(Input | Effect)['type'], true>> = {
  action: true,
  connection: true,
  unavailable: true,
  roster: true,
  received: true,
  refused: true,
  peer: true,
  send: true,
  command: true,
}

/** Whether an event is something that the client decided, and not an input or an effect. */
export const isFact = (type: EventType): boolean => !Object.hasOwn(crossings, type)
