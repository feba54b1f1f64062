import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { root } from '../../../scripts/lib/run.js'
import type { DemoRelay } from './demo-relay.ts'

/** Relays that still run. A failing test may not stop its own. */
const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const relay of running) relay.kill('SIGKILL')
})

/**
 * The built relay in a separate process. `stop` kills it at once: it notifies nobody and stores nothing.
 */
export async function startRelayProcess(): Promise<DemoRelay> {
  let relay = await listening(0)
  const { url } = relay
  const port = Number(new URL(url).port)
  return {
    url,
    stop: () => kill(relay.process),
    async start() {
      relay = await listening(port)
    },
  }
}

interface Running {
  readonly process: ChildProcess
  readonly url: string
}

async function listening(port: number): Promise<Running> {
  const relay = spawn(process.execPath, ['server/dist/cli/main.js', '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(relay)
  relay.once('exit', () => running.delete(relay))
  const lines = createInterface({ input: relay.stdout })
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const url = /^rxcall relay on (\S+)/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
    lines.once('close', () => reject(new Error(`the relay did not start on port ${port}`)))
  })
  return { process: relay, url }
}

async function kill(relay: ChildProcess): Promise<void> {
  if (relay.exitCode !== null || relay.signalCode !== null) return
  const exited = once(relay, 'exit')
  relay.kill('SIGKILL')
  await exited
}
