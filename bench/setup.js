import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { ensureBuilt } from '../scripts/lib/ensure-built.js'
import { ensureChromium } from '../scripts/lib/ensure-browser.js'
import { ensureDependencies } from '../scripts/lib/ensure-dependencies.js'
import { variants } from './page/side.js'
import { median, table } from './lib/statistics.js'

// How long a call takes from the callee's click until both see each other: rxcall with either peer, and PeerJS, against the
// same call written by hand. See README.md. The last line is `setup ratio native R simple-peer R PeerJS R`.

const warmUps = 3
const rounds = 30
/** Milliseconds. */
const longestCall = 20_000

/** @typedef {import('./page/side.js').Variant} Variant */
/** @typedef {import('./page/main.js').Marks} Marks */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {Record<keyof typeof phases, number>} Times In milliseconds. */

/**
 * What is measured, from the click on.
 *
 * @type {Record<string, (callee: Required<Marks>, caller: Required<Marks>) => number>}
 */
const phases = {
  'camera open': (callee) => callee.captured - callee.accepted,
  'answer sent': (callee) => callee.answered - callee.accepted,
  'ICE connected': (callee, caller) => Math.max(callee.connected, caller.connected) - callee.accepted,
  'callee sees': (callee) => callee.frame - callee.accepted,
  'caller sees': (callee, caller) => caller.frame - callee.accepted,
  'both see': (callee, caller) => Math.max(callee.frame, caller.frame) - callee.accepted,
}

/** @type {(page: Page, method: string, ...args: unknown[]) => Promise<unknown>} */
const on = (page, method, ...args) =>
  page.evaluate(([method, args]) => {
    /** @type {Record<string, (...args: unknown[]) => unknown>} */
    const bench = Reflect.get(globalThis, 'bench')
    return bench[method]?.(...args)
  }, /** @type {const} */ ([method, args]))

/**
 * @template T
 * @param {Promise<T>} call
 * @param {string} what
 * @returns {Promise<T>} As `call`; rejects where that takes too long.
 */
function inTime(call, what) {
  const tooLong = new Promise((_, reject) => {
    AbortSignal.timeout(longestCall).addEventListener('abort', () => {
      reject(new Error(`${what} has not come about within ${longestCall / 1000} s`))
    })
  })
  return /** @type {Promise<T>} */ (Promise.race([call, tooLong]))
}

/** @type {(caller: Page, callee: Page, variant: Variant, round: number, peerServer: number) => Promise<Times>} */
async function measure(caller, callee, variant, round, peerServer) {
  const [from, to] = [`caller ${variant} ${round}`, `callee ${variant} ${round}`]
  await Promise.all([
    on(caller, 'join', variant, from, peerServer),
    on(callee, 'join', variant, to, peerServer),
  ])
  const ready = [on(callee, 'offered'), on(caller, 'gathered')]
  await on(caller, 'call', to)
  await Promise.all(ready)
  await on(callee, 'accept')
  const marks = await Promise.all([on(callee, 'seen'), on(caller, 'seen')])
  const [calleeMarks, callerMarks] = /** @type {[Required<Marks>, Required<Marks>]} */ (marks)
  await Promise.all([on(caller, 'close'), on(callee, 'close')])
  return Object.fromEntries(
    Object.entries(phases).map(([phase, time]) => [phase, time(calleeMarks, callerMarks)]),
  )
}

/** @param {string} folder */
async function run(folder) {
  if (!(await ensureBuilt())) throw new Error('npm run build failed')
  if (!(await ensureDependencies('bench/peerjs'))) throw new Error('PeerJS could not be installed')
  const executablePath = await ensureChromium()
  if (executablePath === undefined) throw new Error('there is no Chromium')
  await build({
    configFile: false,
    root: fileURLToPath(new URL('page', import.meta.url)),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  })

  const { startPeerServer } = await import('./peerjs/peer-server.js')
  const peerServer = await startPeerServer()
  const { createRelay } = await import('rxcall/server')
  // PeerJS connects to a server of its own, which the policy of the demo would not let it.
  const relay = createRelay({ port: 0, host: 'localhost', demo: folder, contentSecurityPolicy: false })
  const { url } = await relay.listen()
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  })
  try {
    const open = async () => {
      const page = await (await browser.newContext()).newPage()
      page.on('pageerror', (error) => console.error(`in the page: ${error.message}`))
      await page.goto(url)
      await page.waitForFunction(() => 'bench' in globalThis)
      return page
    }
    const [caller, callee] = [await open(), await open()]

    /** @type {Record<Variant, Times[]>} */
    const results = { native: [], 'simple-peer': [], control: [], PeerJS: [] }
    for (let round = -warmUps; round < rounds; round++) {
      for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
        const call = measure(caller, callee, variant, round + warmUps, peerServer.port)
        const times = await inTime(call, `call ${round + warmUps} of ${variant}`)
        if (round >= 0) results[variant].push(times)
      }
    }
    report(results)
  } finally {
    await browser.close()
    await relay.close()
    peerServer.close()
  }
}

/** @param {Record<Variant, Times[]>} results */
function report(results) {
  /** @type {(variant: Variant, phase: string) => number} */
  const medianOf = (variant, phase) => median(results[variant].map((times) => times[phase] ?? NaN))

  console.log(
    `${rounds} calls of each, in turn, after ${warmUps} to warm up. Medians in milliseconds from the`,
  )
  console.log("callee's click:\n")
  console.log(
    table([
      ['', ...variants],
      ...Object.keys(phases).map((phase) => [
        phase,
        ...variants.map((variant) => medianOf(variant, phase).toFixed(1)),
      ]),
    ]),
  )
  const ratios = variants.map((variant) => medianOf(variant, 'both see') / medianOf('control', 'both see'))
  const told = variants.flatMap((variant, place) =>
    variant === 'control' ? [] : [`${variant} ${ratios[place]?.toFixed(2)}`],
  )
  console.log(`\nsetup ratio ${told.join(' ')}`)
}

const folder = mkdtempSync(join(tmpdir(), 'rxcall-bench-'))
try {
  await run(folder)
} finally {
  rmSync(folder, { recursive: true })
}
