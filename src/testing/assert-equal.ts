/**
 * Compares two values deeply and throws if they differ: `(a, e) => expect(a).toEqual(e)`, or Node's `deepStrictEqual`.
 */
export type AssertEqual = (actual: unknown, expected: unknown) => void
