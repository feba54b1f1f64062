import { collectDefaultMetrics, Registry } from 'prom-client'

let registry: Registry | undefined

/**
 * What prom-client tells of the process: memory, CPU, garbage collection and more. There is one for all relays of a process, made
 * when the first one asks: prom-client watches the garbage collector from then on, and has no way to stop it.
 */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry()
    collectDefaultMetrics({ register: registry })
  }
  return registry
}
