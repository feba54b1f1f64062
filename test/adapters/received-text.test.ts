import { describe, expect, it } from 'vitest'
import { receivedText } from '../../src/adapters/peer-connection/received-text.ts'
import { limits } from '../../src/core/index.ts'

describe('receivedText', () => {
  const bytes = new TextEncoder().encode('olá')

  it.each<[string, unknown]>([
    ['a text', 'olá'],
    ['a view of bytes', bytes],
    ['a buffer', bytes.buffer],
    ['a part of a buffer', new Uint8Array([0, ...bytes, 0]).subarray(1, -1)],
  ])('reads %s', (_, data) => {
    expect(receivedText(data)).toBe('olá')
  })

  it.each([undefined, null, 7, {}])('passes on anything else unchanged: %o', (data) => {
    expect(receivedText(data)).toBe(data)
  })

  it('decodes at most the bytes that a message may have', () => {
    const most = new Uint8Array(limits.data).fill(32)
    expect(receivedText(most)).toBe(' '.repeat(limits.data))
    const more = new Uint8Array(limits.data + 1)
    expect(receivedText(more)).toBe(more)
    expect(receivedText(more.buffer)).toBe(more.buffer)
  })
})
