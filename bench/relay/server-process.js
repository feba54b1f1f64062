import process from 'node:process'
import { servers } from './servers.js'

// One relay in a process of its own: server-process.js KIND OPTIONS. Tells its port, and answers `cpu` with the microseconds
// that it has used so far, and `heap` with the bytes that are in use after a full collection.

const [kind = '', options = '{}'] = process.argv.slice(2)
const start = servers[kind]
if (!start) throw new Error(`there is no relay called ${kind}`)

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
