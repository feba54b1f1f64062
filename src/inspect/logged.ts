import { defer, tap } from 'rxjs'
import type { callPipeline } from '../core/index.ts'
import { record, type RecordOptions } from '../core/trace/index.ts'
import type { LogItem } from './log-item.ts'
import { logWriter } from './log-writer.ts'
import { namedStages } from './named-stages.ts'

/**
 * Returns a {@link callPipeline} that writes a log: everything that crosses its ports, as `record` does, and every
 * event of its queue with its cause and its stage. Otherwise it behaves the same. It keeps nothing, so each item can
 * be stored at once. Addresses and secrets are removed, and texts unless `texts` is set; user names stay.
 *
 * @example
 * const items: LogItem[] = []
 * createCallClient({ signaling, peer, media, pipeline: logged((item) => items.push(item)) })
 */
export function logged(write: (item: LogItem) => void, keep: RecordOptions = {}): typeof callPipeline {
  return (action$, ports, env, options) =>
    defer(() => {
      const { entry, step } = logWriter(write, keep)
      const run = record(entry, keep)
      return run(action$, ports, env, { ...options, stages: namedStages(options?.stages) }).pipe(tap(step))
    })
}
