import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '../../../scripts/lib/run.js'

/** The blocks of docs/deploy.md for a proxy. */
export const documented = (language: 'nginx' | 'caddy'): readonly string[] =>
  [...readFileSync(join(root, 'docs/deploy.md'), 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(
    ([, found, block = '']) => (found === language ? [block] : []),
  )

/** A folder that is gone when the test ends. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rxcall-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a proxy until the test ends; resolves once it answers on `port` of 127.0.0.1, with a certificate if it is to have one. */
export async function runProxy(
  program: string,
  args: readonly string[],
  port: number,
  tls: boolean,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  let output = ''
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const exited = once(child, 'exit').then(() => false)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  for (;;) {
    const listens = await Promise.race([answers(port, tls), exited])
    if (child.exitCode !== null) throw new Error(`${program} did not start:\n${output}`)
    if (listens) return
  }
}

async function answers(port: number, tls: boolean): Promise<boolean> {
  const at = { port, host: '127.0.0.1' }
  const socket = tls
    ? connectTls({ ...at, servername: 'call.example.org', rejectUnauthorized: false })
    : connect(at)
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  if (!isOpen) await new Promise((resolve) => setTimeout(resolve, 20))
  return isOpen
}
