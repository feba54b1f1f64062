import { parentPort } from 'node:worker_threads'
import { simulate } from 'rxcall/testing'

// Simulates one batch of calls for each message, and sends back the result.

/** @typedef {Parameters<typeof simulate>[0]} Batch */

// Nobody reads the stack of a simulated error, and capturing stacks takes much of the time.
Error.stackTraceLimit = 0

parentPort?.on('message', (/** @type {Batch} */ batch) => {
  const { calls, worlds, hash, cells, failures } = simulate(batch)
  // Errors and streams cannot be cloned. The main thread gets them by running the scenario again.
  parentPort?.postMessage({
    calls,
    worlds,
    hash,
    cells: [...cells],
    failures: JSON.parse(JSON.stringify(failures)),
  })
})
