import { ensureChromium, ensureFirefox } from './lib/ensure-browser.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'

// What do browsers make of ICE servers? Writes the verdicts of Chromium and Firefox on the cases of ice-verdicts/cases.js to
// test/fixtures/ice-server-verdicts.jsonl, which the tests hold src/core/protocol/ice-server.ts against.

requireNode()
if (!(await ensureDependencies())) process.exit(1)
const [chromium, firefox] = [await ensureChromium(), await ensureFirefox()]
if (chromium === undefined || firefox === undefined) process.exit(1)
const { recordVerdicts } = await import('./ice-verdicts/record.js')
await recordVerdicts({ chromium, firefox })
