import { CallError } from '../../core/errors.ts'
import type { CaptureRequest } from '../../core/ports/index.ts'
import { ConformanceError, insist, patience } from '../conformance/waiting.ts'
import { describeThrown, watching, type MediaTools } from './media-watch.ts'
import { missingHandles, type MediaHandle, type MediaRefusal, type MediaWorld } from './media-world.ts'

/** One rule of `MediaPort`. */
export interface MediaCase {
  readonly name: string
  /** The handles without which this rule cannot run. */
  readonly needs: readonly MediaHandle[]
  /** Why this rule cannot run in `world`: it names the missing handles. `null` if it can run. */
  readonly skipReason: (world: MediaWorld) => string | null
  /**
   * Rejects with a ConformanceError that says what is wrong, or which handle is missing. Unsubscribes from everything.
   * Each rule needs a new world. Each step may take `patienceMs` milliseconds; 20,000 by default.
   */
  readonly run: (world: MediaWorld, options?: { readonly patienceMs?: number }) => Promise<void>
}

/** A rule whose check gets the handles that it needs. */
export function rule<K extends Exclude<keyof MediaWorld, 'port' | 'refuse'>>(
  name: string,
  needs: readonly K[],
  check: (world: MediaWorld & Required<Pick<MediaWorld, K>>, tools: MediaTools) => void | Promise<void>,
): MediaCase {
  return mediaCase(name, needs, (world, tools) =>
    check(world as MediaWorld & Required<Pick<MediaWorld, K>>, tools),
  )
}

/** The rule that a capture for `request` fails with `code`. */
export function refusal(code: MediaRefusal, request: CaptureRequest): MediaCase {
  return mediaCase(
    `errors with ${code} when a capture fails for that reason`,
    [`refuse.${code}`],
    async (world, { capture }) => {
      await world.refuse?.[code]?.()
      const thrown = await capture(request).failure()
      insist(CallError.is(thrown), `it fails with ${describeThrown(thrown)}, which is not a CallError`)
      insist(thrown.code === code, `it fails with ${describeThrown(thrown)}, and not with ${code}`)
    },
  )
}

function mediaCase(
  name: string,
  needs: readonly MediaHandle[],
  check: (world: MediaWorld, tools: MediaTools) => void | Promise<void>,
): MediaCase {
  const skipReason = (world: MediaWorld) => missingHandles(needs, world)
  return {
    name,
    needs,
    skipReason,
    async run(world, { patienceMs = patience } = {}) {
      const reason = skipReason(world)
      if (reason !== null) throw new ConformanceError(reason)
      await watching(world.port, patienceMs, async (tools) => check(world, tools))
    },
  }
}
