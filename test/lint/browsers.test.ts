import { ESLint } from 'eslint'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildTargets, oldestBrowsers } from '../../scripts/lint/browsers/oldest.js'
import { newerSyntax } from '../../scripts/lint/browsers/syntax.js'
import { root } from '../../scripts/lib/run.js'

// The project's own configuration, types included: so `file` has to exist.
const eslint = new ESLint({ cwd: root })
const ofBrowsers = /^(es-x\/|rxcall\/built-ins)/

/** The rules about browsers that `code`, in the place of `file`, goes against, with their messages. */
async function problems(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: file })
  expect(result?.messages.filter(({ fatal }) => fatal)).toEqual([])
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId !== null && ofBrowsers.test(ruleId))
    .map(({ ruleId, message }) => `${ruleId ?? ''}: ${message}`)
}

const core = 'src/core/client.ts'

// The first file has TypeScript read the whole project.
beforeAll(() => problems(core, 'export {}'), 180_000)

describe('syntax that the oldest supported browsers cannot parse is reported', () => {
  it.each([
    ['no-regexp-lookbehind-assertions', String.raw`export const a = /(?<![\w.])\d/g`],
    ['no-regexp-lookbehind-assertions', String.raw`export const a = /(?<=a)b/`],
    ['no-regexp-lookbehind-assertions', String.raw`export const a = new RegExp('(?<!a)b')`],
    [
      'no-regexp-lookbehind-assertions',
      "const groups = 'a+'; export const a = new RegExp(`(?<!b)${groups}`, 'gi')",
    ],
    ['no-regexp-v-flag', String.raw`export const a = /[\p{L}--[a-z]]/v`],
    ['no-regexp-modifiers', String.raw`export const a = /(?i:a)b/`],
    ['no-class-static-block', 'export class A { static { String(1) } }'],
    ['no-top-level-await', `export const a = await import('./loop.ts')`],
  ])('%s: %s', async (rule, code) => {
    expect(await problems(core, code)).toEqual([expect.stringContaining(`es-x/${rule}`)])
  })
})

describe('a built-in that the oldest supported browsers lack is reported', () => {
  it.each([
    // of the language: members of values, also destructured; TypeScript knows none newer than its `lib`
    ['toSorted', 'export const f = (list: readonly number[]) => list.toSorted()'],
    ['toSorted', `export const f = (list: string[] | undefined) => list?.toSorted()`],
    ['toSorted', 'export const { toSorted: f } = [1]'],
    ['with', 'export const f = (bytes: Uint8Array) => bytes.with(0, 1)'],
    // of the browser: members, inherited ones, static ones and globals
    ['any', 'export const f = (signal: AbortSignal) => AbortSignal.any([signal])'],
    ['canParse', `export const f = () => URL.canParse('')`],
    [
      'requestVideoFrameCallback',
      'export const f = (a: HTMLVideoElement) => a.requestVideoFrameCallback(String)',
    ],
    ['showPopover', 'export const f = (a: HTMLButtonElement) => a.showPopover()'],
    ['RTCRtpScriptTransform', 'export const f = (a: Worker) => new RTCRtpScriptTransform(a)'],
  ])('%s: %s', async (name, code) => {
    expect(await problems('src/adapters/simple-peer.ts', code)).toEqual([
      expect.stringMatching(new RegExp(`^rxcall/built-ins: ${name} is not in (chrome|firefox|safari) `)),
    ])
  })

  it.each(['src/ui/new-client.ts', 'examples/plain-dom/plain-dom.js'])('in %s, too', async (file) => {
    expect(await problems(file, 'export const a = [1].toSorted()')).toHaveLength(1)
  })

  it('in a component, too', async () => {
    const code = '<script lang="ts">const sorted = [1].toSorted()</script>{sorted}'
    expect(await problems('src/ui/components/Logo.svelte', code)).toHaveLength(1)
  })
})

describe('syntax and built-ins that all supported browsers have, or whose absence is handled, are accepted', () => {
  it.each([
    `export const f = (list: number[]) => list.at(-1) ?? list.findLast(Boolean)`,
    `export const f = (object: object) => Object.hasOwn(object, 'a')`,
    `export const f = () => structuredClone({ toSorted: 1 }).toSorted`,
    `export const f = (connection: RTCPeerConnection) => connection.connectionState`,
    `export const a = /(?<year>\\d)(?=a)(?!b)\\p{Lu}/su`,
    `export class A { readonly #b = 1; static c = 2; has = (d: object) => #b in d && this.#b }`,
    `export const f = (video: Partial<HTMLVideoElement>) => video.requestVideoFrameCallback?.(String)`,
    `export const f = () => typeof RTCRtpScriptTransform === 'function'`,
    `export const f = (devices?: MediaDevices) => typeof devices?.getDisplayMedia === 'function'`,
    `export type A = AbortSignal | RTCRtpScriptTransform`,
  ])('%s', async (code) => {
    expect(await problems('src/adapters/simple-peer.ts', code)).toEqual([])
  })

  it('accepts newer built-ins in code that only Node.js runs', async () => {
    const code = 'export const a = /(?<!b)a/.test([1].toSorted().join())'
    for (const file of ['server/observing/log.ts', 'examples/echo/echo.js', 'scripts/test.js'])
      expect(await problems(file, code)).toEqual([])
  })
})

it('package.json has the only list of the oldest browsers, for the rules and the build', () => {
  expect(buildTargets(oldestBrowsers(root))).toEqual([
    'chrome100',
    'edge100',
    'firefox115',
    'ios15.4',
    'safari15.4',
  ])
  const safari16 = new Map([['safari', '16.4']] as const)
  expect(newerSyntax(safari16)).not.toHaveProperty('es-x/no-regexp-lookbehind-assertions')
})
