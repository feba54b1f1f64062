import { expect } from 'vitest'
import { test } from '../browser/support/browser-test.ts'
import { callInExample, hangUpInExample } from '../browser/support/example-call.ts'
import { bin, expectSuccess, run } from '../package/support/programs.ts'
import { install } from '../package/support/projects.ts'
import { copyExample, startExample } from './support/example-project.ts'

const names = ['react', 'vue', 'svelte', 'custom-element', 'plain-dom']

test.for(names)(
  'a copy of the example %s makes calls after `npm install` and `npm start`, and builds',
  async (name, { open }) => {
    const project = await copyExample(name)
    await install(project)

    const by = { url: await startExample(project) }
    const alice = await open('alice', { by, path: '/?name=alice' })
    const bob = await open('bob', { by, path: '/?name=bob' })
    await callInExample(alice, bob)
    await hangUpInExample(alice, bob)

    const out = await expectSuccess(
      run(bin(project, 'vite'), ['build', '--config', 'app.config.js'], project),
    )
    expect(out).toContain('dist/index.html')
  },
)
