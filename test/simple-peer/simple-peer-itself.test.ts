import { describe, it, onTestFinished } from 'vitest'
import { expectSoon } from '../adapters/real/lanes.ts'
import { realPort, runPorts, virtualPort } from '../adapters/real/port-script.ts'
import { portScripts } from '../adapters/real/port-scripts.ts'

// A run of its own: simple-peer itself destroys its connection in the middle of what that is doing, and libwebrtc in Node
// then crashes the process now and again.
describe('a peer like simple-peer does what simple-peer itself does', () => {
  it.each(Object.entries(portScripts))('%s', async (_name, script) => {
    const fake = await runPorts(virtualPort('simplePeerLike'), script)
    const world = realPort('simple-peer')
    onTestFinished(world.close)
    const real = await runPorts(world, script)
    await expectSoon(real, fake())
  })
})
