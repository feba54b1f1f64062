import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { ensureChromium } from '../scripts/lib/ensure-browser.js'
import { ensureBuilt } from '../scripts/lib/ensure-built.js'
import { median, quartiles, table } from './lib/statistics.js'

// Measures how many frames a second the inspector draws with 10,000 events, while its view changes in each frame. An
// empty page takes turns with it. See README.md.

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(options.rounds)

const variants = /** @type {const} */ ([
  ['empty page', 'control', false],
  ['all in sight', 'inspector', false],
  ['a part in sight', 'inspector', true],
])

/** @param {string} folder */
async function run(folder) {
  if (!(await ensureBuilt())) throw new Error('npm run build failed')
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('Chromium is not installed')
  const root = fileURLToPath(new URL('page', import.meta.url))
  const config = /** @type {const} */ ({ configFile: false, root, logLevel: 'warn' })
  await build({
    ...config,
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: join(root, 'inspector.html') } },
  })
  const server = await preview({
    ...config,
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  })
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } })
    page.on('pageerror', (error) => console.error(`in the page: ${error.message}`))
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}inspector.html`)
    await page.waitForFunction(() => 'bench' in globalThis)
    /** @type {Map<string, number[]>} */
    const frames = new Map()
    for (let round = 0; round < rounds; round++)
      for (const [name, method, argument] of round % 2 === 0 ? variants : variants.toReversed()) {
        const count = await page.evaluate(
          ([method, argument]) =>
            /** @type {Promise<number>} */ (Reflect.get(globalThis, 'bench')[method](argument)),
          /** @type {const} */ ([method, argument]),
        )
        frames.set(name, [...(frames.get(name) ?? []), count])
      }
    const rows = [...frames].map(([name, counts]) => [
      name,
      median(counts).toFixed(1),
      quartiles(counts)
        .map((count) => count.toFixed(0))
        .join('–'),
    ])
    console.log(table([['frames a second', 'median', '25–75 %'], ...rows]))
  } finally {
    await browser.close()
    await server.close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rxcall-bench-'))
try {
  await run(folder)
} finally {
  rmSync(folder, { recursive: true })
}
