import type { Plugin } from 'vite'

/**
 * What the page of the lab may do (W3C Content Security Policy): run its own files, and connect to nobody. The page
 * itself has the policy, because the lab works on any server, whatever headers that sends.
 */
export const LAB_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/**
 * Adds {@link LAB_POLICY} to the built page. Vite's development server needs a socket and inline styles, so the page has
 * none there. Also leads `/lab` to `/lab/` in development, as the relay does.
 */
export function lab(): Plugin {
  let isBuild = false
  return {
    name: 'rxcall:lab',

    configResolved({ command }) {
      isBuild = command === 'build'
    },

    transformIndexHtml: (_html, { path }) =>
      isBuild && path.endsWith('/lab/index.html')
        ? [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: LAB_POLICY },
              injectTo: 'head-prepend',
            },
          ]
        : [],

    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url !== '/lab') {
          next()
          return
        }
        response.writeHead(302, { location: 'lab/' }).end()
      })
    },
  }
}
