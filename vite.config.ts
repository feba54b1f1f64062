import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { aliases } from './scripts/vite/aliases.ts'
import { buildTargets, oldestBrowsers } from './scripts/lint/browsers/oldest.js'
import { examples } from './scripts/vite/examples.ts'
import { lab } from './scripts/vite/lab.ts'
import { relay } from './scripts/vite/relay.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const root = path('src/ui')

export default defineConfig({
  root,
  // The demo works in any folder of any server.
  base: './',
  plugins: [svelte({ configFile: false }), examples(root, path('examples')), lab(), relay()],
  resolve: { alias: aliases },
  worker: { format: 'es' },
  server: {
    port: Number(process.env.PORT ?? 3000),
    host: process.env.HOST ?? 'localhost',
    strictPort: true,
    fs: { allow: [path('.')] },
  },
  build: {
    outDir: path('server/dist/demo'),
    emptyOutDir: true,
    target: buildTargets(oldestBrowsers(import.meta.dirname)),
    rolldownOptions: {
      input: [`${root}/index.html`, `${root}/lab/index.html`, `${root}/examples/plain-dom/index.html`],
    },
  },
})
