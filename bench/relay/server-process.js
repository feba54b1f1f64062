import process from 'node:process'
import { servers } from './servers.js'

// Runs one relay in a separate process: server-process.js KIND OPTIONS. Sends its port. Answers `cpu` with the
// microseconds that it has used so far. Answers `heap` with the bytes in use after a full collection.

const [kind = '', options = '{}'] = process.argv.slice(2)
const start = servers[kind]
if (!start) throw new Error(`unknown relay: ${kind}`)

const answers = {
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  heap() {
    for (let i = 0; i < 4; i++) globalThis.gc?.()
    return process.memoryUsage().heapUsed
  },
}

process.on('message', (/** @type {keyof typeof answers} */ question) => {
  process.send?.({ [question]: answers[question]() })
})
process.on('disconnect', () => process.exit())
process.send?.(await start(JSON.parse(options)))
