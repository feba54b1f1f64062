import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, preview } from 'vite'
import { ensureChromium } from '../../scripts/lib/ensure-browser.js'
import { ensureBuilt } from '../../scripts/lib/ensure-built.js'

/** @typedef {import('playwright-core').Page} Page */

const quiet = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Builds a page of bench/page, opens it in Chromium and passes it to `use`, once it has set `bench`. Closes everything
 * afterwards.
 *
 * @param {string} file The page's HTML file.
 * @param {(page: Page) => Promise<void>} use
 * @param {readonly string[]} [flags] Further flags of Chromium.
 */
export async function openPage(file, use, flags = []) {
  if (!(await ensureBuilt())) throw new Error('npm run build failed')
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('Chromium is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-bench-'))
  const root = fileURLToPath(new URL('../page', import.meta.url))
  const config = /** @type {const} */ ({ configFile: false, root, logLevel: 'warn' })
  const input = join(root, file)
  await build({ ...config, build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input } } })
  const server = await preview({
    ...config,
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  })
  const browser = await chromium.launch({ executablePath, args: [...quiet, ...flags] })
  try {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } })
    page.on('pageerror', (error) => console.error(`in the page: ${error.message}`))
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}${file}`)
    await page.waitForFunction(() => 'bench' in globalThis)
    await use(page)
  } finally {
    await browser.close()
    await server.close()
    rmSync(folder, { recursive: true })
  }
}
