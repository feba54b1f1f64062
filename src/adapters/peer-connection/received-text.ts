import { limits } from '../../core/protocol/limits.ts'

/**
 * Decodes what a data channel received if it is bytes. Recognizes bytes by shape, because they may be from another
 * realm. Leaves bytes longer than any message undecoded, so a flood costs nothing.
 */
export function receivedText(data: unknown): unknown {
  return isBytes(data) && data.byteLength <= limits.data ? new TextDecoder().decode(data) : data
}

const isBytes = (data: unknown): data is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'
