import process from 'node:process'
import { createRelay } from 'rxcall/server'

// A relay in a process of its own: victim LIMITS. Tells its URL, and answers each message with the bytes in use.

const limits = JSON.parse(process.argv[2] ?? '{}') as object
const relay = createRelay({ port: 0, host: '127.0.0.1', limits })
process.on('message', () => {
  for (let i = 0; i < 4; i += 1) globalThis.gc?.()
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  process.send?.({ bytes: heapUsed + arrayBuffers + external })
})
process.send?.({ url: (await relay.listen()).url })
