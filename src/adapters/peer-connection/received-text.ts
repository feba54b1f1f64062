/** What a data channel received, as text if it came as bytes. Bytes are told by shape: they may be of another realm. */
export function receivedText(data: unknown): unknown {
  return ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'
    ? new TextDecoder().decode(data as ArrayBuffer | ArrayBufferView)
    : data
}
