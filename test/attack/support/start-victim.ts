import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import type { RelayOptions } from '../../../server/index.ts'
import { builtProgram } from '../../nodes/support/built-program.ts'
import { connect, randomId } from '../../relay/support/relay-fixture.ts'
import { expectUndisturbed } from './bystanders.ts'

const program = builtProgram(fileURLToPath(new URL('./victim.ts', import.meta.url)))

/** How much more memory may be in use after an attack than before, in bytes. The engine's compiled code and pools take some. */
const SLACK = 12 * 1024 * 1024

/** What a relay uses, without garbage. */
export interface Usage {
  readonly bytes: number
  /** The memory of the process, as the system counts it. */
  readonly resident: number
  /** Open files, including sockets; 0 if the system does not report them. */
  readonly files: number
  /** Objects for connections that are still in memory. */
  readonly sockets: number
}

/** What a relay has cost since it began to serve. */
export interface Cost {
  /** By how much the memory of the process, garbage included, has exceeded what it was at first. */
  readonly peak: number
  /** Milliseconds of CPU. */
  readonly cpuMs: number
}

export interface Victim {
  readonly url: string
  readonly port: number
  readonly usage: () => Promise<Usage>
  readonly cost: () => Promise<Cost>
  /** Resolves if the relay still serves, its clients have noticed nothing, and its usage is back to normal: no connection is left. */
  readonly unharmed: () => Promise<void>
}

/** A relay in a separate process, with two clients that take no part in the attack. */
export async function startVictim(
  limits: RelayOptions['limits'] = {},
  options: Pick<RelayOptions, 'demo' | 'rate'> = {},
): Promise<Victim> {
  const all: RelayOptions = { ...options, limits: { rosterBatchMs: 0, ...limits } }
  const child = fork(program(), [JSON.stringify(all)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const usage = async () => {
    const answered = once(child, 'message') as Promise<[Usage]>
    child.send('usage')
    return (await answered)[0]
  }
  const costNow = async () => {
    const answered = once(child, 'message') as Promise<[Cost]>
    child.send('cost')
    return (await answered)[0]
  }
  const [carol, dave] = [await connect(url, 'carol'), await connect(url, 'dave')]
  const before = await usage()
  const costBefore = await costNow()

  return {
    url,
    port: Number(new URL(url).port),
    usage,
    async cost() {
      const { peak, cpuMs } = await costNow()
      return { peak: peak - costBefore.peak, cpuMs: cpuMs - costBefore.cpuMs }
    },
    async unharmed() {
      await expectUndisturbed(carol, dave)
      expect(child.exitCode).toBeNull()
      await expect
        .poll(usage, { timeout: 20_000, interval: 200 })
        .toSatisfy(
          ({ bytes, sockets, files }: Usage) =>
            bytes < before.bytes + SLACK && sockets <= before.sockets && files <= before.files,
          `at most ${JSON.stringify(before)}, with ${SLACK} bytes more`,
        )
      const newcomer = await connect(url, `newcomer ${randomId()}`)
      newcomer.socket.disconnect()
    },
  }
}
