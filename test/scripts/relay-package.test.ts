import { describe, expect, it } from 'vitest'
import { inRelayPackage } from '../../scripts/lib/relay-package.js'

const moved = (path: string, text: string) => inRelayPackage({ path, text })

describe('a compiled file of the relay', () => {
  it('moves to the same folder of the package', () => {
    const text = `import { a } from '../users/a.js'`
    expect(moved('server/access/admit.js', text)).toEqual({ path: 'access/admit.js', text })
  })

  it('moves to protocol/ if the protocol has it', () => {
    const text = `export * from './limits.js'`
    expect(moved('src/core/protocol/index.js', text)).toEqual({ path: 'protocol/index.js', text })
  })

  it.each([
    ['server/index.js', `from '../src/core/protocol/a.js'`, `from './protocol/a.js'`],
    ['server/users/a.js', `from "../../src/core/protocol/a.js"`, `from "../protocol/a.js"`],
    [
      'server/redis/connection/a.d.ts',
      `import('../../../src/core/protocol/a.ts').A`,
      `import('../../protocol/a.ts').A`,
    ],
  ])('imports the protocol from there: %s', (path, before, after) => {
    expect(moved(path, `${before}\n${before}`).text).toBe(`${after}\n${after}`)
  })

  it.each([
    ['server/index.js', `from '../src/core/errors.js'`],
    ['server/users/a.d.ts', `import("../../src/core/client.ts").A`],
    ['src/core/protocol/index.js', `from '../../../src/adapters/a.js'`],
  ])('is refused if it imports anything else of the client: %s', (path, text) => {
    expect(() => moved(path, text)).toThrow(`imported by ${path}`)
  })

  it('is refused if it is anything else of the client', () => {
    expect(() => moved('src/core/errors.js', '')).toThrow('not a part of the relay: src/core/errors.js')
  })
})
