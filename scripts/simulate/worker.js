import { parentPort } from 'node:worker_threads'
import { simulate } from 'rxcall/testing'

// Simulates one batch of calls for each message, and answers with what came of it.

/** @typedef {Parameters<typeof simulate>[0]} Batch */

// Nobody reads where a simulated error came from, and finding out is a good part of the time.
Error.stackTraceLimit = 0

parentPort?.on('message', (/** @type {Batch} */ batch) => {
  const { calls, worlds, hash, cells, failures } = simulate(batch)
  // Errors and streams cannot be sent, and the main thread finds them again by running the scenario.
  parentPort?.postMessage({
    calls,
    worlds,
    hash,
    cells: [...cells],
    failures: JSON.parse(JSON.stringify(failures)),
  })
})
