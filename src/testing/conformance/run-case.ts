import type { AgentLink } from './agent-messages.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { openSide, type Platform } from './side.ts'
import type { Path } from './stage.ts'
import { ConformanceError, insist } from './waiting.ts'

/** Where one side runs, and how to reach it. */
export interface ConformanceSide {
  readonly platform: Platform
  readonly agent: AgentLink
}

export interface ConformanceSides {
  readonly offerer: ConformanceSide
  readonly answerer: ConformanceSide
  /** Creates a path that can be cut, if the platforms do not lack `cut`. */
  readonly newPath?: () => Path
}

/**
 * Runs a case with these two sides. Rejects with the breach of the contract. Always closes and stops everything that
 * the case created.
 *
 * @example
 * it.each(conformanceCases)('my adapter $name', (each) => runConformanceCase(each, { offerer, answerer }))
 */
export async function runConformanceCase(
  { name, run, withinMs }: ConformanceCase,
  { offerer, answerer, newPath }: ConformanceSides,
): Promise<void> {
  const sides = {
    offerer: openSide(offerer.agent, offerer.platform),
    answerer: openSide(answerer.agent, answerer.platform),
  }
  const paths: Path[] = []
  const stage = {
    ...sides,
    newPath: () => {
      insist(newPath !== undefined, `${name}: there is no path to cut here`)
      const path = newPath()
      paths.push(path)
      return path
    },
  }
  let deadline: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const tooLate = new ConformanceError(`it did not finish within ${Math.round(withinMs / 1000)} s`)
    deadline = setTimeout(() => reject(tooLate), withinMs)
  })
  try {
    await Promise.race([run(stage), late])
    const uncaught = [...sides.offerer.uncaught, ...sides.answerer.uncaught]
    insist(uncaught.length === 0, `uncaught errors: ${uncaught.join('; ')}`)
  } finally {
    clearTimeout(deadline)
    for (const path of paths) path.close()
    await Promise.allSettled([sides.offerer.release(), sides.answerer.release()])
  }
}
