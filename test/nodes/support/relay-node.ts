import process from 'node:process'
import { createRelay } from 'rxcall-relay'

// A relay in a separate process, until it is killed: relay-node REDIS_URL PREFIX LEASE_MS

const [url = '', prefix = '', leaseMs = ''] = process.argv.slice(2)
const relay = createRelay({
  port: 0,
  host: '127.0.0.1',
  redis: { url, prefix, leaseMs: Number(leaseMs) },
})
console.log(`url ${(await relay.listen()).url}`)
