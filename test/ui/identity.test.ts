import { describe, expect, it } from 'vitest'
import { browserSecret } from '../../src/ui/identity.ts'

const fresh = 'f'.repeat(32)
const kept = '0123456789abcdef'.repeat(2)

/** A storage that holds what it is given, and each key's value after that. */
function storageWith(...entries: [string, string][]) {
  const values = new Map(entries)
  return {
    values,
    storage: () => ({
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
    }),
  }
}

const forbidden = (): never => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}

describe('the secret of a browser', () => {
  it('is created once, and is the same for every later page', () => {
    const { storage, values } = storageWith()
    const first = browserSecret(storage)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(browserSecret(storage)).toBe(first)
    expect([...values]).toEqual([['rxcall.secret', first]])
    expect(browserSecret(storageWith().storage)).not.toBe(first)
  })

  it('is read from the storage', () => {
    expect(browserSecret(storageWith(['rxcall.secret', kept]).storage, () => fresh)).toBe(kept)
  })

  it.each(['', 'x'.repeat(32), kept.toUpperCase(), `${kept}0`, '{}'])(
    'replaces %j, which the relay would refuse',
    (wrong) => {
      const { storage, values } = storageWith(['rxcall.secret', wrong])
      expect(browserSecret(storage, () => fresh)).toBe(fresh)
      expect(values.get('rxcall.secret')).toBe(fresh)
    },
  )

  it.each([
    ['there is no storage', forbidden],
    ['it cannot be read', () => ({ getItem: forbidden, setItem: forbidden })],
    ['nothing can be written', () => ({ getItem: () => null, setItem: forbidden })],
  ])('is new each time when %s', (_where, storage) => {
    expect(browserSecret(storage, () => fresh)).toBe(fresh)
  })
})
