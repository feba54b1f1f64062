// @ts-check
import { createRelay } from 'rxcall-relay'

/**
 * Runs the relay in Vite's server, so that one command starts both.
 *
 * @type {import('vite').Plugin}
 */
const relay = {
  name: 'relay',
  configureServer({ httpServer }) {
    if (httpServer) createRelay({ hosts: [] }).attach(httpServer)
  },
}

export default { plugins: [relay] }
