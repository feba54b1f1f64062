import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { startEcho } from '../../examples/echo/start-echo.js'
import { describeSound } from '../../examples/tone/sound.js'
import { test as callTest } from './support/call-test.ts'
import { runProgram, type Program } from './support/run-program.ts'
import { until } from './support/until.ts'

const file = fileURLToPath(new URL('../../examples/tone/tone.js', import.meta.url))

const test = callTest.extend<{ run: (...args: readonly string[]) => Program }>({
  run: async ({ task: _ }, use) => {
    const programs: Program[] = []
    await use((...args) => {
      const program = runProgram(file, args)
      programs.push(program)
      return program
    })
    for (const program of programs) program.kill('SIGKILL')
  },
})

/** Resolves with the first line of the program that matches. */
async function line({ lines$ }: Program, pattern: RegExp): Promise<string> {
  const isThere = (lines: readonly string[]) => lines.some((each) => pattern.test(each))
  const lines = await until(lines$, isThere, `line ${pattern.source}`, 45_000)
  return lines.find((each) => pattern.test(each)) ?? ''
}

describe('the program tone.js', () => {
  test('hears its own tone from Echo, and hangs up on SIGINT', async ({ relay, run }) => {
    const echo = startEcho({ url: relay.url, maxCalls: 1 })
    await until(echo.connection$, ({ status }) => status === 'online', 'connection of Echo')
    const program = run('--url', relay.url, '--call', 'Echo')
    expect(await line(program, /^hears 4[34]\d Hz/)).toMatch(/^hears 4(3[5-9]|4[0-5]) Hz, level 0\.\d\d$/)

    program.kill('SIGINT')
    const { code, lines } = await program.ended
    expect(code).toBe(0)
    expect(lines.filter((each) => !each.startsWith('hears'))).toEqual(
      expect.arrayContaining(['calling Echo: inviting', 'connecting', 'connected', 'ended']),
    )
    echo.close()
    await relay.left(['Echo', 'tone'])
  })

  test('prints the texts that it receives, and ends with the call', async ({ relay, join, run }) => {
    const alice = await join('alice')
    const program = run('--url', relay.url, '--call', 'alice')
    await line(program, /^calling alice: ringing$/)
    await alice.phase('ringing')
    alice.client.accept({ media: { audio: true, video: false } })
    await alice.phase('connected')
    alice.client.send('nice tone')
    await line(program, /^alice writes: nice tone$/)
    alice.client.hangUp()
    expect(await program.ended).toMatchObject({ code: 0 })
  })

  test('says that the call was declined, with exit code 1', async ({ relay, join, run }) => {
    const alice = await join('alice')
    const program = run('--url', relay.url, '--call', 'alice')
    await line(program, /^calling alice: ringing$/)
    await alice.phase('ringing')
    alice.client.decline()
    await line(program, /^tone: call ended: declined$/)
    expect(await program.ended).toMatchObject({ code: 1 })
  })

  test('says that nobody of that name is there, with exit code 1', async ({ relay, run }) => {
    const program = run('--url', relay.url, '--call', 'nobody')
    await line(program, /^tone: .*nobody/)
    expect(await program.ended).toMatchObject({ code: 1 })
  })

  test('says that the relay cannot be reached, with exit code 1', async ({ run }) => {
    const program = run('--url', 'http://127.0.0.1:9', '--call', 'alice')
    await line(program, /^tone: .*127\.0\.0\.1:9/)
    expect(await program.ended).toMatchObject({ code: 1 })
  })

  test('prints its usage', async ({ run }) => {
    const { code, lines } = await run('--help').ended
    expect(lines[0]).toMatch(/^Usage: node tone\.js/)
    expect(code).toBe(0)
  })

  for (const [args, problem] of [
    [[], /^tone: .*--call/],
    [['--call', 'alice', '--speed', '9'], /^tone: .*--speed/],
  ] as const)
    test(`refuses "${args.join(' ')}" in one line, with exit code 1`, async ({ run }) => {
      expect(await run(...args).ended).toEqual({ code: 1, lines: [expect.stringMatching(problem)] })
    })
})

describe('what the bot hears', () => {
  const second = (hz: number, peak: number, channelCount = 1) => {
    const samples = Int16Array.from(
      { length: 48_000 * channelCount },
      (_, n) => peak * Math.sin((2 * Math.PI * hz * Math.floor(n / channelCount)) / 48_000),
    )
    return [{ samples, sampleRate: 48_000, bitsPerSample: 16, channelCount, numberOfFrames: 48_000 }]
  }

  test.for([
    [second(440, 9_800), 'hears 440 Hz, level 0.21'],
    [second(1_000, 32_000, 2), 'hears 1000 Hz, level 0.69'],
    [second(440, 0), 'hears nothing'],
    [[], 'hears nothing'],
  ] as const)('is described by its pitch and level: %#', ([sound, words]) => {
    expect(describeSound([...sound])).toBe(words)
  })
})
