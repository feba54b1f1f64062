import { test as base } from './browser-test.ts'
import { openLine, type Line } from './line.ts'
import { startRelayProcess } from './relay-process.ts'

interface Fixtures {
  /** Opens a way to the relay that can be cut, and may be slow: the option `by` of `join` has somebody go by it. */
  readonly line: (delayMs?: number) => Promise<Line>
}

/** What Chromium says of a relay that is not there. */
export const away = /WebSocket connection to .* failed|WebSocket is already in CLOSING or CLOSED state/

/** A test of {@link base} whose relay is a process of its own. */
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
