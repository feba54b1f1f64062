import { expect } from 'vitest'
import { marbles, type MarbleTools } from '../../../src/testing/marbles.ts'

/** The marble runner with Vitest's assertion: `it('…', marbleTest(({ hot, expectObservable }) => { … }))`. */
export const marbleTest = (test: (tools: MarbleTools) => unknown) =>
  marbles((actual, expected) => {
    expect(actual).toEqual(expected)
  }, test)
