import { describe, expect, it } from 'vitest'
import { toMarbles, toTest } from '../../src/testing/index.ts'
import { recordedCall, toLines } from './support/recorded-world.ts'
import { runTests } from './support/run-tests.ts'

const { alice, bob } = recordedCall()

describe('toTest', () => {
  it('writes tests that pass, and fail with another trace', async () => {
    const other = alice.map((entry) => (entry.type === 'timer-set' ? { ...entry, ms: entry.ms + 1 } : entry))
    const results = await runTests({
      'inline.test.ts': toTest(alice, { name: 'inline' }),
      'beside.test.ts': toTest(toLines(bob), { name: 'beside', file: './bob.jsonl' }),
      'bob.jsonl': toLines(bob),
      'other.test.ts': toTest(other, { name: 'other' }),
    })
    const passed = results.filter(({ passed }) => passed).map(({ name }) => name)
    expect(passed.sort()).toEqual(['beside', 'inline'])
    const failed = results.find(({ name }) => name === 'other')
    expect(failed?.says).toContain('The pipeline differs from the trace')
    expect(failed?.says).toContain('^ here')
  })

  it('writes a test that fails when the core behaves differently', async () => {
    const results = await runTests(
      { 'call.test.ts': toTest(alice) },
      {
        path: 'src/core/call/reduce-call.ts',
        from: "phase: 'connected', since: at",
        to: "phase: 'connected', since: at + 0.5",
      },
    )
    expect(results).toEqual([
      expect.objectContaining({
        name: 'replays the recorded call',
        passed: false,
        says: expect.stringMatching(/state\.call\.since: (\d+) in the trace, now \1\.5/) as string,
      }),
    ])
  })

  it('shows the diagram, and loses nothing that JSON can express', async () => {
    const entry = { at: 1, type: 'signaling-event', event: { type: 'message', message: {} } }
    const message = JSON.parse('{"__proto__":{"a":"\\"__proto__\\":"},"b":"\\u2028`${1}"}') as object
    const text = toTest([alice[0] as object, { ...entry, event: { type: 'message', message } }])
    const literal = /const trace = (\[[^]*?\n\])/.exec(text)?.[1] ?? ''
    const module = `data:text/javascript,${encodeURIComponent(`export const trace = ${literal}`)}`
    const { trace } = (await import(/* @vite-ignore */ module)) as { trace: object[] }
    expect(JSON.stringify(trace[1])).toBe(JSON.stringify({ ...entry, event: { type: 'message', message } }))

    for (const line of toMarbles(alice).split('\n')) expect(toTest(alice)).toContain(`// ${line}`.trimEnd())
  })

  it('refuses input that is not a trace', () => {
    expect(() => toTest('nonsense')).toThrow('not an rxcall trace')
  })
})
