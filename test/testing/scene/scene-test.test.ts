import { format } from 'prettier'
import { describe, expect, it } from 'vitest'
import prettierrc from '../../../.prettierrc.json' with { type: 'json' }
import { faultKinds, generate, sceneTest, startScenes, type Scene } from '../../../src/testing/index.ts'
import { runTests } from '../support/run-tests.ts'

const { semi, singleQuote, printWidth } = prettierrc
const formatted = (text: string) => format(text, { semi, singleQuote, printWidth, parser: 'typescript' })
const [{ scene: call }] = startScenes

describe('sceneTest', () => {
  it('writes a test of each start scene that passes', async () => {
    const files = Object.fromEntries(startScenes.map(({ id, scene }) => [`${id}.test.ts`, sceneTest(scene)]))
    const results = await runTests(files)
    expect(results.map(({ name }) => name).sort()).toEqual(startScenes.map(({ scene }) => scene.title).sort())
    expect(results.filter(({ passed }) => !passed)).toEqual([])
  })

  it('writes a test that fails with the message of the invariant that a bug breaks', async () => {
    const path = 'src/core/call/ending/end-message.ts'
    const [result] = await runTests(
      { 'call.test.ts': sceneTest(call) },
      { path, from: "return [send('hang-up', { reason: hangUpReason(reason) })]", to: 'return []' },
    )
    expect(result).toMatchObject({ name: 'A call', passed: false })
    expect(result?.says).toMatch(/hang-up.*: expected \{ invariant: 'follows-protocol'/)
  })

  it('has a form that Prettier leaves as it is', async () => {
    for (const { scene } of startScenes) expect(await formatted(sceneTest(scene))).toBe(sceneTest(scene))
    for (let seed = 0; seed < 10; seed++) {
      const scenario = generate(seed, { clients: 2, faults: new Set(faultKinds) })
      const text = sceneTest({ title: `it's "${seed}"`, scenario })
      expect(await formatted(text)).toBe(text)
    }
  })

  it('loses nothing of the scene', async () => {
    const [alice, ...others] = call.scenario.clients
    if (!alice) throw new Error('a call has two clients')
    const verdicts = JSON.parse('{"__proto__":"busy","a b":"ignore"}') as typeof alice.verdicts
    const odd: Scene = {
      title: `it's "odd" \\ \u2028 \${1}`,
      scenario: { ...call.scenario, clients: [{ ...alice, ...(verdicts && { verdicts }) }, ...others] },
    }
    const [, shown] = /runScene\((\{[^]*?\n {2}\})\)/.exec(sceneTest(odd)) ?? []
    const module = `data:text/javascript,${encodeURIComponent(`export const scene = ${shown ?? ''}`)}`
    const { scene } = (await import(/* @vite-ignore */ module)) as { scene: Scene }
    expect(JSON.stringify(scene)).toBe(JSON.stringify(odd))
  })
})
