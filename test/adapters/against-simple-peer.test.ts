import { describe, it, onTestFinished } from 'vitest'
import { expectSoon } from './support/real/lanes.ts'
import { realPort, runPorts, virtualPort } from './support/real/port-script.ts'
import { portScripts } from './support/real/port-scripts.ts'

describe('a peer like simple-peer does what simple-peer itself does', () => {
  it.each(Object.entries(portScripts))('%s', async (_name, script) => {
    const fake = await runPorts(virtualPort('simplePeerLike'), script)
    const world = realPort('simple-peer')
    onTestFinished(world.close)
    const real = await runPorts(world, script)
    await expectSoon(real, fake())
  })
})
