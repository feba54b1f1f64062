import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../lib/run.js'
import { askBrowser } from './ask-browser.js'
import { servers, urls } from './cases.js'

/**
 * Writes the verdicts of both browsers on every case, one line of JSON each. The first line has the versions and the
 * refused ports.
 *
 * @param {{ chromium: string, firefox: string }} paths
 */
export async function recordVerdicts(paths) {
  const chromium = await askBrowser(
    { executablePath: paths.chromium, args: ['--no-sandbox', '--disable-background-networking'] },
    { urls, servers },
  )
  const firefox = await askBrowser({ browser: 'firefox', executablePath: paths.firefox }, { urls, servers })

  const lines = [
    { browsers: { chromium: chromium.version, firefox: firefox.version } },
    { refusedPorts: { chromium: chromium.ports, firefox: firefox.ports } },
    ...urls.map((url, i) => ({ url, chromium: chromium.urls[i], firefox: firefox.urls[i] })),
    ...servers.map((server, i) => ({ server, chromium: chromium.servers[i], firefox: firefox.servers[i] })),
  ]
  const file = 'test/fixtures/ice-server-verdicts.jsonl'
  writeFileSync(join(root, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  console.log(`${urls.length} URLs and ${servers.length} servers, judged by both browsers: ${file}`)
}
