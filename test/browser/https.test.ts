import { createRelay } from 'rxcall-relay'
import { expect, onTestFinished } from 'vitest'
import { fileURLToPath } from 'node:url'
import { networkAddresses, selfSigned } from '../../server/http/self-signed.ts'
import { test } from './support/browser-test.ts'
import { connect, sees } from './support/steps.ts'

const demo = fileURLToPath(new URL('../../server/dist/demo', import.meta.url))

test('a call between machines of one network connects over a certificate of --https', async ({ join }) => {
  const relay = createRelay({ port: 0, host: '0.0.0.0', demo, tls: await selfSigned('localhost') })
  onTestFinished(() => relay.close())
  const { port } = await relay.listen()
  // Like a phone, which knows this machine only by its address. A page there gets a camera only over HTTPS.
  const address = networkAddresses().find((each) => !each.includes(':')) ?? 'localhost'
  const options = { by: { url: `https://${address}:${port}` }, context: { ignoreHTTPSErrors: true } }
  const [alice, bob] = [await join('alice', options), await join('bob', options)]
  expect(await alice.page.evaluate(() => isSecureContext)).toBe(true)
  await connect(alice, bob)
  await Promise.all([sees(alice), sees(bob)])
})
