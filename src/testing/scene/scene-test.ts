import { literal, quoted } from './literal.ts'
import { runScene } from './run-scene.ts'
import type { Scene } from './scene.ts'

/**
 * Returns a vitest file that runs a scene. Its test expects that no invariant is broken, and that every tab goes
 * through the same phases as now. So the test of a scene that shows a bug fails with the broken invariant's message.
 *
 * @example
 * writeFileSync('test/lost-answer.test.ts', sceneTest(scene))
 */
export function sceneTest(scene: Scene): string {
  const plain: unknown = JSON.parse(JSON.stringify(scene))
  const seen = runScene(scene).clients.map(({ user, phases }) => [user, ...phases.map(({ phase }) => phase)])
  const run = '  const { violation, clients } = runScene('
  const expected = '  expect(seen).toEqual('
  return [
    `import { runScene } from 'rxcall/testing'`,
    `import { expect, it } from 'vitest'`,
    '',
    `it(${quoted(scene.title)}, () => {`,
    `${run}${literal(plain, 2, run.length, 1)})`,
    `  expect(violation, violation?.message).toBeUndefined()`,
    `  const seen = clients.map(({ user, phases }) => [user, ...phases.map(({ phase }) => phase)])`,
    `${expected}${literal(seen, 2, expected.length, 1)})`,
    `})`,
    '',
  ].join('\n')
}
