import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { smallRelay } from './support/small-relay.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Milliseconds from the end of the work of `script` to its process having nothing more to do. How the process ends after
 * that is not looked at: libwebrtc for Node crashes at times when it is unloaded.
 */
async function msToExit(script: string, ...args: readonly string[]): Promise<number> {
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, [path(script), ...args], { timeout: 15_000 }, (_error, out) => resolve(out))
  })
  const at = (what: string) => Number(new RegExp(`^${what} (\\d+)$`, 'm').exec(stdout)?.[1])
  return at('left') - at('done')
}

it('a process exits by itself after it closed its peers', async () => {
  expect(await msToExit('support/leave-peers.js')).toBeLessThan(2000)
})

it('a process exits by itself after it left the relay', async () => {
  const relay = await smallRelay()
  expect(await msToExit('support/leave-relay.js', relay.url)).toBeLessThan(2000)
})
