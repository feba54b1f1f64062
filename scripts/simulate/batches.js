import { Worker } from 'node:worker_threads'

/**
 * @typedef {object} BatchResult
 * @property {number} calls
 * @property {number} worlds
 * @property {string} hash
 * @property {[string, number][]} cells
 * @property {import('../../src/testing/index.ts').Failure[]} failures
 */

/** The calls of one batch. This is fixed, so that neither the number of workers nor their speed changes the result. */
const SIZE = 5_000

/**
 * Simulates `calls` calls in batches, on several cores, and resolves to the results in the order of the batches. After a
 * failure, no further batch begins.
 *
 * @param {import('./options.js').SimulationOptions} options
 * @param {(result: BatchResult) => void} [report] Called with each batch when it is done, in any order.
 * @returns {Promise<BatchResult[]>}
 */
export async function simulateBatches({ calls, seed, clients, faults, workers }, report = () => undefined) {
  const count = Math.ceil(calls / SIZE)
  /** @type {BatchResult[]} */
  const results = []
  let next = 0
  let failed = false

  const work = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.js', import.meta.url), {
        // Worlds are short-lived. In a large young generation few of them survive a collection.
        resourceLimits: { maxYoungGenerationSizeMb: 128 },
      })
      let batch = 0
      const more = () => {
        batch = next++
        if (failed || batch >= count) {
          void worker.terminate().then(resolve)
          return
        }
        const size = Math.min(SIZE, calls - batch * SIZE)
        // Multiplied by a prime, so that neighbouring seeds share no batch.
        worker.postMessage({
          calls: size,
          seed: (seed * 7919 + batch) >>> 0,
          clients,
          ...(faults && { faults }),
        })
      }
      worker.on('message', (/** @type {BatchResult} */ result) => {
        results[batch] = result
        if (result.failures.length > 0) failed = true
        report(result)
        more()
      })
      worker.on('error', reject)
      more()
    })
  await Promise.all(Array.from({ length: Math.min(workers, count) }, work))
  return results.flat()
}
