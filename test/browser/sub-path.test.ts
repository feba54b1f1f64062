import { expect } from 'vitest'
import { startNginx } from '../proxies/support/nginx.ts'
import { documented } from '../proxies/support/proxy.ts'
import { test } from './support/browser-test.ts'
import { sees } from './support/steps.ts'

test('the demo and the example work in a folder of another server', async ({ relay, open }) => {
  const block = documented('nginx').find((each) => each.includes('/calls/')) ?? ''
  const port = await startNginx(block, Number(new URL(relay.url).port), false)
  const by = { url: `http://localhost:${port}/calls` }
  // At the root of that server, the relay's path belongs to another program.
  expect((await fetch(`http://localhost:${port}/socket.io/`)).status).toBe(404)

  const alice = await open('alice', { by, path: '/?name=alice' })
  await alice.status('Ready to call')
  const bob = await open('bob', { by, path: '/examples/plain-dom/?name=bob' })
  await alice.press('Call bob')
  await bob.status('ringing alice')
  await bob.press('Accept')
  await Promise.all([alice.status('Connected to bob'), bob.status('connected alice')])
  await Promise.all([sees(alice), sees(bob)])
})
