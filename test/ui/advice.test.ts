import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adviceFor } from '../../src/ui/text/advice.ts'

describe('advice for errors', () => {
  it('is there for each code that the error type documents', () => {
    const source = readFileSync(new URL('../../src/core/errors.ts', import.meta.url), 'utf8')
    const documented = [...source.matchAll(/^ \* \| `([a-z-]+)` \|/gm)].map(([, code]) => code)
    expect(documented.length).toBeGreaterThan(0)
    expect(Object.keys(adviceFor).sort()).toEqual(documented.sort())
  })

  it.each(Object.entries(adviceFor))(
    '%s: says what happened and what to do, in sentences',
    (_code, advice) => {
      expect(advice.problem).toMatch(/^[A-Z].*\.$/)
      expect(advice.advice).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('differs from code to code', () => {
    const problems = Object.values(adviceFor).map(({ problem }) => problem)
    expect(new Set(problems).size).toBe(problems.length)
  })

  it('offers an audio call where the camera may be what is missing', () => {
    const codes = Object.entries(adviceFor).filter(([, { tryAudioOnly }]) => tryAudioOnly)
    expect(codes.map(([code]) => code).sort()).toEqual(['capture-failed', 'device-in-use', 'no-device'])
  })
})
