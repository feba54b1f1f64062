import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { root } from '../../scripts/lib/run.js'
import { bin, expectSuccess, run } from '../package/support/programs.ts'
import { createProject } from '../package/support/projects.ts'

// The newest Angular for Node.js 20, and a TypeScript that it takes.
const angular = ['core', 'common', 'compiler', 'compiler-cli'].map((name) => `@angular/${name}@20`)
const typescript = 'typescript@5.9'

/** What the service of docs/ui.md expects to be there. */
const ports = `
  import type { MediaPort, PeerPort, SignalingPort } from 'rxcall'
  declare global {
    const signaling: SignalingPort
    const peer: PeerPort
    const media: MediaPort
  }`

/** A component that shows what the service has. */
const component = `
  import { Component, inject } from '@angular/core'
  import { Calls } from './calls.js'

  @Component({
    selector: 'app-call',
    template: '<p>{{ calls.state().call.phase }}</p><button (click)="calls.client.hangUp()">Hang up</button>',
  })
  export class CallComponent {
    readonly calls = inject(Calls)
  }`

it('the Angular compiler takes the service of docs/ui.md, and a component that shows its state', async () => {
  const document = await readFile(join(root, 'docs/ui.md'), 'utf8')
  const service = /^## Angular$[^]*?```ts\n([^]*?)```/m.exec(document)?.[1] ?? ''
  expect(service).toContain('@Injectable')

  const project = await createProject(inject('rxcall').tarball, 'rxjs', ...angular, typescript)
  const files = { 'ports.ts': ports, 'calls.ts': service, 'component.ts': component }
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text)
  const options = {
    compilerOptions: {
      target: 'es2022',
      module: 'es2022',
      moduleResolution: 'bundler',
      strict: true,
      exactOptionalPropertyTypes: true,
      types: [],
      outDir: 'out',
    },
    angularCompilerOptions: { strictTemplates: true, strictInjectionParameters: true },
    files: Object.keys(files),
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(options))
  await expectSuccess(run(bin(project, 'ngc'), ['-p', 'tsconfig.json'], project))
  expect(await readFile(join(project, 'out/component.js'), 'utf8')).toContain('ɵɵdefineComponent')
})
