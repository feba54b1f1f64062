import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { expectSuccess, run } from '../package/support/programs.ts'
import { createProject } from '../package/support/projects.ts'

const rxcall = inject('rxcall').tarball

/** Runs these files in the project. Its process ends by itself only if nothing is open: no socket, no timer. */
async function render(project: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, name)), { recursive: true })
    await writeFile(join(project, name), text)
  }
  return expectSuccess(run(process.execPath, ['render.js'], project))
}

describe.each(['18', '19'])('React %s on a server', (version) => {
  let project: string
  beforeAll(async () => {
    project = await createProject(rxcall, 'rxjs', `react@${version}`, `react-dom@${version}`)
  })

  it('renders the beginning of a client, and makes none', async () => {
    const html = await render(project, {
      'render.js': `
        import { createElement as h } from 'react'
        import { renderToString } from 'react-dom/server'
        import { CallProvider, useCall } from 'rxcall/react'

        function Call() {
          const { call, connection, roster } = useCall()
          return h('p', null, [call.phase, connection.status, roster.length].join(' '))
        }
        const create = () => { throw new Error('a client was made') }
        console.log(renderToString(h(CallProvider, { create }, h(Call))))`,
    })
    expect(html).toBe('<p>idle connecting 0</p>\n')
  })
})

describe.each(['3.3', '3'])('Vue %s on a server', (version) => {
  let project: string
  beforeAll(async () => {
    project = await createProject(rxcall, 'rxjs', `vue@${version}`)
  })

  it('renders the beginning of a client, and makes none', async () => {
    const html = await render(project, {
      'render.js': `
        import { provideCall, useCall } from 'rxcall/vue'
        import { createSSRApp, h } from 'vue'
        import { renderToString } from 'vue/server-renderer'

        const Call = {
          setup() {
            const state = useCall()
            return () => h('p', [state.value.call.phase, state.value.connection.status].join(' '))
          },
        }
        const App = {
          setup() {
            provideCall(() => { throw new Error('a client was made') })
            return () => h(Call)
          },
        }
        console.log(await renderToString(createSSRApp(App)))`,
    })
    expect(html).toBe('<p>idle connecting</p>\n')
  })
})

describe.each(['5.29', '5'])('Svelte %s on a server', (version) => {
  let project: string
  beforeAll(async () => {
    project = await createProject(rxcall, 'rxjs', `svelte@${version}`)
  })

  it('renders the beginning of a client, and makes none', async () => {
    const html = await render(project, {
      'App.svelte': `
        <script>
          import { setCall } from 'rxcall/svelte'
          const client = setCall(() => { throw new Error('a client was made') })
        </script>
        <p>{client.state.call.phase} {client.state.connection.status}</p>`,
      'render.js': `
        import { readFileSync, writeFileSync } from 'node:fs'
        import { compile } from 'svelte/compiler'
        import { render } from 'svelte/server'

        const { js } = compile(readFileSync('App.svelte', 'utf8'), { generate: 'server', filename: 'App.svelte' })
        writeFileSync('App.js', js.code)
        const { default: App } = await import('./App.js')
        console.log(render(App).body)`,
    })
    expect(html).toContain('<p>idle connecting</p>')
  })
})
