import { ensureChromium, ensureFirefox } from './lib/ensure-browser.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// Records which ICE servers Chromium and Firefox accept. Writes their verdicts on the cases of ice-verdicts/cases.js to
// test/fixtures/ice-server-verdicts.jsonl. The tests compare src/core/protocol/ice-server.ts with that file.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const [chromium, firefox] = [await ensureChromium(), await ensureFirefox()]
if (chromium === undefined || firefox === undefined) process.exit(1)
const { recordVerdicts } = await import('./ice-verdicts/record.js')
await recordVerdicts({ chromium, firefox })
