import { beforeAll, describe, expect, inject, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { core, entries } from '../package/support/manifest.ts'
import { bin, expectSuccess, run } from '../package/support/programs.ts'
import { createProject, install } from '../package/support/projects.ts'
import { importing, resolutions, typeErrors } from './support/type-errors.ts'

const rxcall = inject('rxcall').tarball
const relay = inject('rxcall-relay').tarball
const libraries = ['socket.io-client', 'simple-peer', 'react', '@types/react', 'vue', 'svelte']

// The oldest TypeScript that README.md names, and the newest of each later major version.
describe.each(['5.4', '5', '6', '7'])('with TypeScript %s', (version) => {
  // TypeScript 6 calls node10 deprecated, and 7 has none.
  const available = resolutions.filter((each) => each !== 'node10' || version.startsWith('5'))

  describe('rxcall', () => {
    let project: string
    beforeAll(async () => {
      project = await createProject(rxcall, 'rxjs', `typescript@${version}`)
    })

    it('has types that need no others', async () => {
      expect(await typeErrors(project, { text: importing(core), resolution: 'nodenext' })).toEqual([])
    })

    describe('and the libraries of adapters and bindings', () => {
      beforeAll(() => install(project, ...libraries))

      it.each(available)('has types of all entry points (%s)', async (resolution) => {
        expect(await typeErrors(project, { text: importing(entries), resolution })).toEqual([])
      })
    })
  })

  describe('rxcall-relay', () => {
    let project: string
    beforeAll(async () => {
      project = await createProject(relay, `typescript@${version}`, '@types/node@20')
    })

    it('has types', async () => {
      const consumer = {
        text: importing(['rxcall-relay']),
        resolution: 'nodenext',
        platform: 'node',
      } as const
      expect(await typeErrors(project, consumer)).toEqual([])
    })
  })
})

// Before Node.js 22 a CommonJS module cannot `require` an ES module. That does not count as an error of the types.
it.each(['rxcall', 'rxcall-relay'] as const)(
  'the manifest of %s declares types that fit every kind of module resolution',
  async (name) => {
    const args = [inject(name).tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--no-color']
    await expectSuccess(run(bin(root, 'attw'), args, root))
  },
)
