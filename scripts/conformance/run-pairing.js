import { newPath } from './path.js'

/** @typedef {import('./pairings.js').Pairing} Pairing */
/** @typedef {import('./pairings.js').PlaceName} PlaceName */
/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('../../src/testing/conformance/index.ts').ConformanceCase} ConformanceCase */
/** @typedef {typeof import('../../src/testing/conformance/index.ts')} Kit */

/**
 * @typedef {object} Result
 * @property {Pairing} pairing
 * @property {ConformanceCase} conformanceCase
 * @property {'passed' | 'failed' | 'skipped'} status
 * @property {string} [reason]
 * @property {string} [fewer] Why the case made fewer calls than its name says.
 * @property {number} ms
 */

/** The number of waiting cases that run at the same time. */
const beside = 3

/**
 * Runs the cases with two new agents, one after the other. Cases that mostly wait come last, and run in parallel. After
 * a failed case the agents are replaced, so that no case affects another.
 *
 * @param {Pairing} pairing
 * @param {readonly ConformanceCase[]} cases
 * @param {{ kit: Kit, places: Map<PlaceName, Place>, report: (result: Result) => void }} tools
 */
export async function runPairing(pairing, cases, { kit, places, report }) {
  const roles = /** @type {const} */ (['offerer', 'answerer'])
  const [offering, answering] = roles.map((role) => {
    const place = places.get(pairing.places[role])
    if (!place) throw new Error(`missing place: ${pairing.places[role]}`)
    const { platform } = place
    return {
      // Reported only once, under the name of the answerer.
      platform:
        role === 'offerer' ? platform : { ...platform, lacks: { ...platform.lacks, ...pairing.lacks } },
      newAgent: () => place.newAgent(pairing.adapters[role]),
    }
  })
  if (!offering || !answering) throw new Error('a pairing needs an offerer and an answerer')

  const newAgents = async () => ({ offerer: await offering.newAgent(), answerer: await answering.newAgent() })
  /** @type {Promise<Awaited<ReturnType<typeof newAgents>>> | undefined} */
  let agents
  const closeAgents = async () => {
    const old = await agents?.catch(() => undefined)
    agents = undefined
    await Promise.allSettled([old?.offerer.close(), old?.answerer.close()])
  }

  /** @type {(conformanceCase: ConformanceCase) => Promise<boolean>} */
  const runOne = async (conformanceCase) => {
    const skipped = kit.skipReason(conformanceCase, offering.platform, answering.platform)
    const fewer = kit.fewerCallsReason(conformanceCase, offering.platform, answering.platform)
    const done = { pairing, conformanceCase, ...(fewer !== null && { fewer }) }
    if (skipped !== null) {
      report({ ...done, status: 'skipped', reason: skipped, ms: 0 })
      return true
    }
    const start = performance.now()
    try {
      agents ??= newAgents()
      const { offerer, answerer } = await agents
      await kit.runConformanceCase(conformanceCase, {
        offerer: { agent: offerer.agent, platform: offering.platform },
        answerer: { agent: answerer.agent, platform: answering.platform },
        newPath,
      })
      report({ ...done, status: 'passed', ms: performance.now() - start })
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      report({ ...done, status: 'failed', reason, ms: performance.now() - start })
      return false
    }
  }

  for (const each of cases.filter(({ isWaiting }) => !isWaiting))
    if (!(await runOne(each))) await closeAgents()
  const waiting = cases.filter(({ isWaiting }) => isWaiting)
  while (waiting.length > 0) {
    const passed = await Promise.all(waiting.splice(0, beside).map(runOne))
    if (passed.includes(false)) await closeAgents()
  }
  await closeAgents()
}
