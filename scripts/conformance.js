import { ensureChromium, ensureFirefox } from './lib/ensure-browser.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Checks that the peer adapters fulfil the contract of PeerPort. Runs every case of the conformance suite with each
// pair of adapters, in and between the browsers and Node.js. The last line is `N passed, N failed`.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const [chromium, firefox] = [await ensureChromium(), await ensureFirefox()]
if (chromium === undefined || firefox === undefined) process.exit(1)
process.env.CHROMIUM = chromium
process.env.FIREFOX = firefox
const { runConformance } = await import('./conformance/run-conformance.js')
process.exitCode = await runConformance(process.argv.slice(2))
