import { collectDefaultMetrics, Registry } from 'prom-client'

let registry: Registry | undefined

/**
 * The metrics of the process: memory, CPU, garbage collection and more. All relays of a process share one registry, because prom-client
 * cannot stop watching the garbage collector once it has begun. It is made when it is first needed.
 */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry()
    collectDefaultMetrics({ register: registry })
  }
  return registry
}
