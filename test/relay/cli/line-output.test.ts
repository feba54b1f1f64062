import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { lineOutput } from '../../../server/cli/line-output.ts'

describe('an output of lines', () => {
  const lostLine = (lines: number, problem: string) => `lost ${lines}: ${problem}`
  const sink = (highWaterMark?: number) => {
    const state = { text: '', fault: undefined as Error | undefined, blocked: false }
    let goOn = () => {}
    const stream = new Writable({
      ...(highWaterMark !== undefined && { highWaterMark }),
      decodeStrings: false,
      // As the streams of a process are.
      autoDestroy: false,
      write(chunk: string, _, done) {
        const finish = () => {
          if (state.fault === undefined) state.text += chunk
          done(state.fault)
        }
        if (state.blocked) goOn = finish
        else finish()
      },
    })
    const unblock = () => {
      state.blocked = false
      goOn()
    }
    return { state, stream, unblock }
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  it('buffers a bounded amount for a reader that stalls, and reports the loss once it reads again', async () => {
    const { state, stream, unblock } = sink()
    const write = lineOutput(stream, lostLine)
    state.blocked = true
    const line = 'x'.repeat(1023)
    for (let i = 0; i < 3000; i += 1) write(line)
    expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024)
    unblock()
    await expect.poll(() => state.text).toContain('lost')
    const kept = state.text.split('\n').filter((text) => text === line).length
    expect(kept).toBeLessThan(1030)
    expect(state.text).toContain(`lost ${3000 - kept}: it is not read`)
  })

  it('continues after an error of the stream, and never throws', async () => {
    const { state, stream } = sink()
    const write = lineOutput(stream, lostLine)
    write('one')
    await settled()
    state.fault = new Error('ENOSPC')
    expect(() => write('two')).not.toThrow()
    await settled()
    expect(state.text).toBe('one\n')
    stream.destroy()
    expect(() => write('three')).not.toThrow()
    await settled()
  })
})
