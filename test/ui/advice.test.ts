import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adviceFor, adviceForInsecurePage, adviceForRefusal } from '../../src/ui/text/advice.ts'

describe('advice for errors', () => {
  it('exists for each documented error code', () => {
    const source = readFileSync(new URL('../../src/core/error-codes.ts', import.meta.url), 'utf8')
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

  it('offers an audio call when the camera may be missing', () => {
    const codes = Object.entries(adviceFor).filter(([, { tryAudioOnly }]) => tryAudioOnly)
    expect(codes.map(([code]) => code).sort()).toEqual(['capture-failed', 'device-in-use', 'no-device'])
  })
})

describe('advice for refused devices', () => {
  it.each([
    [true, true, 'Your camera and microphone are blocked for this page.', undefined],
    [true, false, 'Your camera is blocked for this page.', true],
    [false, true, 'Your microphone is blocked for this page.', undefined],
    [false, false, 'Camera or microphone is not allowed.', true],
  ])(
    'names the blocked devices, and offers audio alone unless the microphone is blocked: camera %s, microphone %s',
    (camera, microphone, problem, tryAudioOnly) => {
      expect(adviceForRefusal({ camera, microphone })).toMatchObject({ problem })
      expect(adviceForRefusal({ camera, microphone }).tryAudioOnly).toBe(tryAudioOnly)
    },
  )
})

describe('advice for an insecure page', () => {
  it.each([
    ['http://192.0.2.7:3000/?name=a', 'https://192.0.2.7:3000 ', 'http://localhost:3000 '],
    ['http://calls.example/', 'https://calls.example ', 'http://localhost '],
  ])('names the addresses at which calls work: %s', (url, secure, here) => {
    const { advice } = adviceForInsecurePage(new URL(url))
    expect(advice).toContain(secure)
    expect(advice).toContain(here)
  })
})
