// Connects to the relay that it is given, sends a message, leaves, and then has nothing more to do.
import { fileURLToPath } from 'node:url'
import { Subject } from 'rxjs'
import { runnerImport } from 'vite'

const entry = fileURLToPath(new URL('../../../src/adapters/socket-io-signaling.ts', import.meta.url))
/** @type {{ module: typeof import('../../../src/adapters/socket-io-signaling.ts') }} */
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' })
const port = module.socketIoSignaling({ url: process.argv[2] ?? '', name: 'alice', outsideBrowser: true })

/** @type {Subject<import('../../../src/core/protocol/index.ts').OutgoingMessage>} */
const outgoing$ = new Subject()
const subscription = port.connect(outgoing$).subscribe((event) => {
  if (event.type !== 'online') return
  outgoing$.next({ v: 1, type: 'gone', callId: 'a'.repeat(32), to: { user: 'bob' }, body: {} })
  subscription.unsubscribe()
  console.log(`done ${Date.now()}`)
})
process.on('exit', () => console.log(`left ${Date.now()}`))
