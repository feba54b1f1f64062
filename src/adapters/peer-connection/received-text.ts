import { limits } from '../../core/protocol/limits.ts'

/**
 * What a data channel received, as text if it came as bytes. Bytes are recognized by shape, because they may be of
 * another realm. More of them than any message has are left as they are: a flood of them costs no decoding.
 */
export function receivedText(data: unknown): unknown {
  return isBytes(data) && data.byteLength <= limits.data ? new TextDecoder().decode(data) : data
}

const isBytes = (data: unknown): data is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'
