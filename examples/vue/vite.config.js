import vue from '@vitejs/plugin-vue'
import { createRelay } from 'rxcall-relay'

/** Runs the relay in Vite's server, so that one command starts both. */
const relay = {
  name: 'relay',
  configureServer: ({ httpServer }) => createRelay({ hosts: [] }).attach(httpServer),
}

export default { plugins: [vue(), relay] }
