import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { sceneTest, startScenes } from 'rxcall/testing'
import { expect, inject, it } from 'vitest'
import { bin, expectSuccess, run } from '../package/support/programs.ts'
import { createProject } from '../package/support/projects.ts'
import { typeErrors } from './support/type-errors.ts'

it('the test of each start scene passes in a project with the packed package, and has no type error', async () => {
  const project = await createProject(
    inject('rxcall').tarball,
    'rxjs',
    'vitest@4',
    'typescript@5',
    '@types/node@20',
  )
  for (const { id, scene } of startScenes) await writeFile(join(project, `${id}.test.ts`), sceneTest(scene))

  const out = await expectSuccess(run(bin(project, 'vitest'), ['run', '--reporter=verbose'], project))
  expect(stripVTControlCharacters(out)).toMatch(new RegExp(`Tests\\s+${startScenes.length} passed`))

  const [{ scene }] = startScenes
  const consumer = { text: sceneTest(scene), resolution: 'bundler' } as const
  expect(await typeErrors(project, consumer)).toEqual([])
})
