import { fileURLToPath } from 'node:url'
import { createRelay, type Relay } from 'rxcall-relay'
import { ensureBuilt } from '../../../scripts/lib/ensure-built.js'

/** A relay that serves the built demo, at one address for as long as it is used. */
export interface DemoRelay {
  readonly url: string
  /** Cuts every connection and stays away. */
  stop(): Promise<void>
  /** Comes back at the same address, knowing nobody. */
  start(): Promise<void>
}

const demo = fileURLToPath(new URL('../../../server/dist/demo', import.meta.url))

let built: Promise<boolean> | undefined

export async function startDemoRelay(): Promise<DemoRelay> {
  if (!(await (built ??= ensureBuilt()))) throw new Error('the demo could not be built; run `npm run build`')
  const create = (port: number): Relay => createRelay({ port, host: 'localhost', demo })
  let relay = create(0)
  const { url, port } = await relay.listen()
  return {
    url,
    stop: () => relay.close(),
    async start() {
      relay = create(port)
      await relay.listen()
    },
  }
}
