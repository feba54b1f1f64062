import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { ensureBuilt } from './lib/ensure-built.js'
import { ensureDependencies } from './lib/ensure-dependencies.js'
import { requireNode } from './lib/node-version.js'
import { root } from './lib/run.js'

// Runs the demo from a fresh clone: the relay, the pages, and Echo to call. Accepts the options and the environment of
// rxcall-relay, and exits with its exit code.

requireNode()
if (!(await ensureDependencies()) || !(await ensureBuilt())) process.exit(1)

/** @type {import('node:child_process').ChildProcess | undefined} */
let echo
let stopping = false
const relay = spawn(process.execPath, ['server/dist/cli/main.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['inherit', 'pipe', 'inherit'],
  env: { RXCALL_LOG_LEVEL: 'warn', ...process.env },
})

createInterface({ input: relay.stdout }).on('line', (line) => {
  console.log(line)
  const url = /^rxcall relay on (http\S+)/.exec(line)?.[1]
  if (url === undefined) return
  echo = startEcho(url)
  console.log(`\n  Open ${url} in two tabs${echo ? ', or call Echo' : ''}. Ctrl-C stops it.\n`)
})

relay.once('exit', (code) => {
  stopping = true
  process.exitCode = code ?? 1
  echo?.kill()
})

// A terminal sends Ctrl-C to all processes, but other senders signal only this one. So the relay may be asked to stop
// twice.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    stopping = true
    echo?.kill()
    relay.kill('SIGINT')
  })
}

/** @param {string} url */
function startEcho(url) {
  // In a separate process, because a native library that does not fit the platform may crash it.
  const native = spawnSync(process.execPath, ['--eval', "require('@roamhq/wrtc')"], { cwd: root })
  if (native.status !== 0) {
    console.log('Echo cannot run: its WebRTC for Node.js, @roamhq/wrtc, does not load on this platform.')
    return undefined
  }
  const child = spawn(process.execPath, ['examples/echo/echo.js', '--url', url], {
    cwd: root,
    stdio: 'inherit',
    // The certificate of --https is self-signed, but the relay runs on the same machine.
    env: {
      ...process.env,
      ...(url.startsWith('https://localhost:') && { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    },
  })
  child.once('exit', (code) => {
    if (!stopping && code !== 0) console.error('Echo has stopped (see above). The relay keeps running.')
  })
  return child
}
