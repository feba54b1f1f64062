import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { test } from './support/call-test.ts'
import { runProgram } from './support/run-program.ts'
import { until } from './support/until.ts'

const callOnce = fileURLToPath(new URL('./support/call-once.ts', import.meta.url))

test('a process exits by itself after a call, because nothing of it is left open', async ({
  join,
  relay,
  onTestFinished,
}) => {
  const bob = await join('bob')
  const program = runProgram(callOnce, [relay.url, 'bob'])
  onTestFinished(() => program.kill('SIGKILL'))

  await bob.phase('ringing')
  bob.client.accept()
  await until(program.lines$, (lines) => lines.includes('closed'), 'end of the call')
  expect(await bob.phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
  expect(await program.ended).toMatchObject({ code: 0 })
})
