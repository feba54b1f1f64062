import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import type { RelayLimits } from '../../../server/relay-limits.ts'
import { builtProgram } from '../../nodes/support/built-program.ts'
import { connect, randomId } from '../../relay/relay-fixture.ts'
import { expectUndisturbed } from './bystanders.ts'

const program = builtProgram(fileURLToPath(new URL('./victim.ts', import.meta.url)))

/** How much more may be in use after an attack than before, in bytes: what the engine compiles and pools takes some. */
const SLACK = 12 * 1024 * 1024

export interface Victim {
  readonly url: string
  readonly port: number
  /** Resolves if the relay still serves, its clients have seen nothing, and its memory is what it was. */
  readonly unharmed: () => Promise<void>
}

/** A relay in a process of its own, with two clients who have nothing to do with what comes. */
export async function startVictim(limits: Partial<RelayLimits> = {}): Promise<Victim> {
  const child = fork(program(), [JSON.stringify({ rosterBatchMs: 0, ...limits })], {
    execArgv: ['--expose-gc'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const answer = async () => ((await once(child, 'message')) as [{ url: string; bytes: number }])[0]
  const { url } = await answer()
  const bytes = () => {
    const answered = answer()
    child.send('bytes')
    return answered.then((it) => it.bytes)
  }
  const [carol, dave] = [await connect(url, 'carol'), await connect(url, 'dave')]
  const before = await bytes()

  return {
    url,
    port: Number(new URL(url).port),
    async unharmed() {
      await expectUndisturbed(carol, dave)
      expect(child.exitCode).toBeNull()
      await expect.poll(bytes, { timeout: 20_000, interval: 200 }).toBeLessThan(before + SLACK)
      const newcomer = await connect(url, `newcomer ${randomId()}`)
      newcomer.socket.disconnect()
    },
  }
}
