import { mediaCases } from 'rxcall/testing'
import { it } from 'vitest'
import { pageWorld as newWorld } from '../adapters/support/media-worlds.ts'

it.for(mediaCases)('my media port $name', async ({ run, skipReason }, { skip }) => {
  const world = newWorld() // { port: myMedia(), end: (kind) => unplug(kind), … }
  const reason = skipReason(world)
  if (reason !== null) skip(reason)
  await run(world)
})
