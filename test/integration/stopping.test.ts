import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ConnectionState } from 'rxcall'
import { filter, skip } from 'rxjs'
import { expect, it, onTestFinished } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { startBalancer } from '../nodes/support/balancer.ts'
import { builtProgram } from '../nodes/support/built-program.ts'
import { connect, createParticipant, nothingLeft, type Participant } from './support/call-test.ts'
import { frames } from './support/received-media.ts'
import { texts } from './support/texts.ts'
import { until } from './support/until.ts'

const program = builtProgram(join(root, 'server/cli/main.ts'))

/** The command `rxcall-relay` in a process of its own, until the test ends. */
async function startCommand() {
  const args = [program(), '--port=0', '--host=127.0.0.1', '--no-demo', '--drain=3']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [url] = /http:\S+/.exec(line) ?? []
      if (url !== undefined) resolve(Number(new URL(url).port))
    })
    ended.then(() => reject(new Error('the relay ended before it listened')), reject)
  })
  return { port, ended, stop: () => child.kill('SIGTERM') }
}

async function joined(name: string, url: string): Promise<Participant> {
  const participant = createParticipant(url, name)
  onTestFinished(async () => {
    participant.client.close()
    await nothingLeft(participant)
  })
  await until(participant.client.connection$, isOnline, `connection of ${name}`)
  return participant
}

const isOnline = ({ status }: ConnectionState) => status === 'online'

it('a call continues while its relay stops and another one replaces it, and nobody sees an error', async () => {
  const [old, successor] = [await startCommand(), await startCommand()]
  const ports = [old.port]
  const url = await startBalancer(ports)
  const [alice, bob] = [await joined('alice', url), await joined('bob', url)]
  await connect(alice, bob)
  const phases = [alice, bob].map(({ client }) => {
    const seen: string[] = []
    client.state$.subscribe(({ phase }) => seen.push(phase))
    return seen
  })

  const moved = [alice, bob].map(({ client, name }) =>
    until(
      client.connection$.pipe(filter(isOnline), skip(1)),
      () => true,
      `new connection of ${name}`,
      30_000,
    ),
  )
  ports.splice(0, 1, successor.port)
  old.stop()
  expect(await old.ended).toEqual([0, null])
  await Promise.all(moved)

  // Picture and text go past the relay, the end of the call goes through the new one.
  for (const { client } of [alice, bob]) await until(frames(client.remoteStream$), () => true, 'picture')
  const text = until(texts(alice.client), ({ text }) => text === 'still there?', 'text')
  bob.client.send('still there?')
  await text
  expect(phases.flatMap((seen) => [...new Set(seen)])).toEqual(['connected', 'connected'])
  expect([...alice.errors, ...bob.errors]).toEqual([])
  bob.client.hangUp()
  expect(await alice.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
  expect([alice.webRtc.made(), bob.webRtc.made()]).toEqual([1, 1])
})
