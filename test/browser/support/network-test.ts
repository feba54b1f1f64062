import { test as base } from './browser-test.ts'
import { openLine, type Line } from './line.ts'
import { startRelayProcess } from './relay-process.ts'

interface Fixtures {
  /** Opens a path to the relay that can be cut, and may be slow. Pass it to `join` as `by`. */
  readonly line: (delayMs?: number) => Promise<Line>
}

/** What Chromium logs if the relay is not there. */
export const away = /WebSocket connection to .* failed|WebSocket is already in CLOSING or CLOSED state/

/** Like {@link base}, but the relay is a separate process. */
export const test = base.extend<Fixtures & { relay: Awaited<ReturnType<typeof startRelayProcess>> }>({
  relay: async ({ task: _ }, use) => {
    const relay = await startRelayProcess()
    await use(relay)
    await relay.stop()
  },

  line: async ({ relay }, use) => {
    const lines: Line[] = []
    await use(async (delayMs) => {
      const line = await openLine(relay.url, delayMs)
      lines.push(line)
      return line
    })
    await Promise.all(lines.map((line) => line.cut()))
  },
})
