// Connects two peers, closes them, and then has nothing more to do.
import { fileURLToPath } from 'node:url'
import wrtc from '@roamhq/wrtc'
import { Subject } from 'rxjs'
import { runnerImport } from 'vite'

const entry = fileURLToPath(new URL('../../../src/adapters/simple-peer.ts', import.meta.url))
/** @type {{ module: typeof import('../../../src/adapters/simple-peer.ts') }} */
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' })
const port = module.simplePeer({ wrtc })

/** @type {Subject<import('../../../src/core/ports/index.ts').PeerCommand>} */
const toOfferer$ = new Subject()
/** @type {typeof toOfferer$} */
const toAnswerer$ = new Subject()

const answerer = port.open({ role: 'answerer', stream: null }, toAnswerer$).subscribe((event) => {
  if (event.type === 'description' || event.type === 'candidate') toOfferer$.next(event)
})
const offerer = port.open({ role: 'offerer', stream: null }, toOfferer$).subscribe((event) => {
  if (event.type === 'description' || event.type === 'candidate') toAnswerer$.next(event)
  if (event.type !== 'data-open') return
  offerer.unsubscribe()
  answerer.unsubscribe()
  console.log(`done ${Date.now()}`)
})
process.on('exit', () => console.log(`left ${Date.now()}`))
