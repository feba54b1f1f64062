import { expect } from 'vitest'
import type { CallErrorCode } from '../../../src/core/index.ts'

/** Stands for any CallError of this code in an expected value. */
export function errorOf(code: CallErrorCode): unknown {
  return expect.objectContaining({ name: 'CallError', code })
}
