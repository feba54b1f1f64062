import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { normalizePath, type Plugin } from 'vite'

/**
 * Serves the pages of `folder` at /examples/, in development and in the build. It is outside the root of the demo. A
 * page keeps its relative paths.
 *
 * @param root The root of the demo. A page NAME/index.html is an input of the build as `root`/examples/NAME/index.html.
 */
export function examples(root: string, folder: string): Plugin {
  const shown = normalizePath(join(root, 'examples'))
  const fileOf = (id: string) => join(folder, id.slice(shown.length))

  return {
    name: 'rxcall:examples',
    enforce: 'pre',

    resolveId(source, importer) {
      if (source.startsWith('/examples/')) return join(folder, source.slice('/examples'.length))
      if (source.startsWith(shown)) return source
      const fromPage = importer?.startsWith(shown) === true && source.startsWith('.')
      return fromPage ? resolve(dirname(fileOf(importer)), source) : null
    },

    load: (id) => (id.startsWith(shown) && id.endsWith('.html') ? readFile(fileOf(id), 'utf8') : null),

    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const page = /^\/examples\/[\w-]+\/(?:index\.html)?(?=$|\?)/.exec(request.url ?? '')?.[0]
        const url = page?.endsWith('/') ? `${page}index.html` : page
        const file = url && join(folder, url.slice('/examples'.length))
        if (!url || !file || !existsSync(file)) {
          next()
          return
        }
        readFile(file, 'utf8')
          .then((html) => server.transformIndexHtml(url, html))
          .then((html) => response.setHeader('content-type', 'text/html').end(html), next)
      })
    },
  }
}
