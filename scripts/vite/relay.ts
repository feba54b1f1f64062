import type { Plugin } from 'vite'
import { createRelay, logLine } from '../../server/index.ts'

/** Runs the relay in Vite's development server, so that page, hot reload and relay share one port. */
export function relay(): Plugin {
  return {
    name: 'rxcall:relay',
    apply: 'serve',
    configureServer({ httpServer, config }) {
      if (!httpServer) return
      const relay = createRelay({
        // Vite checks the hosts of its own requests. Only DNS rebinding reaches this server by other names.
        hosts: [],
        log: (entry) => config.logger.info(`relay: ${logLine(entry)}`, { timestamp: true }),
      })
      relay.attach(httpServer)
      httpServer.once('close', () => void relay.close())
    },
  }
}
