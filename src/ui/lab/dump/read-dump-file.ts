import { MAX_DUMP_BYTES, readDump, type ReadDump } from './read-dump.ts'

/** Reads a dump from a file that somebody dropped or chose. Newer versions of Chromium compress it. */
export async function readDumpFile(file: Blob): Promise<ReadDump> {
  if (file.size > MAX_DUMP_BYTES) return tooLarge
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  if (first !== 0x1f || second !== 0x8b) return readDump(await file.text())
  const unpacked = await unpack(file)
  return typeof unpacked === 'string' ? readDump(unpacked) : unpacked
}

const tooLarge: ReadDump = {
  ok: false,
  problem: 'This dump is larger than 64 MB. Make one of a shorter time.',
}

/** The text of a gzip file. A small file may hold a huge text, so it stops at the limit. */
async function unpack(file: Blob): Promise<string | ReadDump> {
  // Safari has it from 16.4 on.
  const { DecompressionStream } = globalThis as Partial<typeof globalThis>
  if (!DecompressionStream)
    return {
      ok: false,
      problem: 'This browser cannot unpack the dump. Unpack it with gunzip, and choose the result.',
    }
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const parts: BlobPart[] = []
  let size = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength
      if (size > MAX_DUMP_BYTES) {
        await reader.cancel()
        return tooLarge
      }
      parts.push(part.value)
    }
  } catch {
    return { ok: false, problem: 'This file is damaged: it cannot be unpacked.' }
  }
  return new Blob(parts).text()
}
