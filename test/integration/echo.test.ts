import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { startEcho } from '../../examples/echo/start-echo.js'
import { test as callTest } from './support/call-test.ts'
import { frames, loudness } from './support/received-media.ts'
import { runProgram } from './support/run-program.ts'
import { screenSize, syntheticMedia } from './support/synthetic-media.ts'
import { texts } from './support/texts.ts'
import { until } from './support/until.ts'

const test = callTest.extend<{ calls: number; echo: ReturnType<typeof startEcho> }>({
  /** How many calls Echo takes at once. */
  calls: 2,

  echo: async ({ relay, calls }, use) => {
    const echo = startEcho({ url: relay.url, maxCalls: calls })
    await until(echo.connection$, ({ status }) => status === 'online', 'connection of Echo')
    await use(echo)
    echo.close()
    await relay.left(['Echo'])
  },
})

describe('Echo', () => {
  test("answers by itself, and sends back the caller's own picture, sound and text", async ({
    echo: _,
    join,
  }) => {
    const { client, errors, phase } = await join('alice')
    client.call('Echo')
    await phase('connected')

    const picture$ = frames(client.remoteStream$)
    await until(picture$, ({ brightest }) => brightest > 180, 'picture')
    await until(loudness(client.remoteStream$), (level) => level > 2000, 'sound')
    client.mute('video', true)
    client.mute('audio', true)
    await until(picture$, ({ brightest }) => brightest < 32, 'black picture')
    await until(loudness(client.remoteStream$), (level) => level < 50, 'silence')

    const back = until(texts(client), ({ from }) => from === 'remote', 'text')
    client.send('is anybody there? 👋')
    expect((await back).text).toBe('is anybody there? 👋')
    expect(errors).toEqual([])
  })

  test('follows the size of the picture', async ({ echo: _, join }) => {
    const { port } = syntheticMedia({ sizeAt: (n) => (n < 25 ? [320, 240] : [240, 320]) })
    const { client, phase } = await join('alice', { media: port })
    client.call('Echo')
    await phase('connected')
    const picture$ = frames(client.remoteStream$)
    await until(picture$, ({ width, height }) => width * 3 === height * 4, 'picture in landscape')
    await until(picture$, ({ width, height }) => width * 4 === height * 3, 'picture in portrait')
  })

  test('answers a call without a picture', async ({ echo: _, join }) => {
    const { client, phase } = await join('alice')
    client.call('Echo', { media: { audio: true, video: false } })
    await phase('connected')
    await until(loudness(client.remoteStream$), (level) => level > 2000, 'sound')
  })

  test('turns off and mutes what the caller does, so that no frozen frame stays', async ({
    echo: _,
    join,
  }) => {
    const { client, errors, phase } = await join('alice')
    client.call('Echo')
    await phase('connected')
    const picture$ = frames(client.remoteStream$)
    await until(picture$, ({ brightest }) => brightest > 180, 'picture')

    client.media({ video: false })
    await until(client.remoteMedia$, (media) => media?.video === 'off', 'word that no picture is sent')
    client.mute('audio', true)
    await until(client.remoteMedia$, (media) => media?.audio === 'muted', 'word that the sound is muted')

    client.media({ video: 'screen' })
    await until(client.remoteMedia$, (media) => media?.video === 'screen', 'word that a screen is sent')
    await until(picture$, ({ width }) => width === screenSize[0], 'screen')
    client.media({ video: true })
    await until(client.remoteMedia$, (media) => media?.video === 'camera', 'word that a camera is sent')
    await until(picture$, ({ width }) => width === 320, 'picture of the camera')
    client.mute('audio', false)
    await until(loudness(client.remoteStream$), (level) => level > 2000, 'sound')

    client.mute('video', true)
    client.media({ video: 'screen' })
    await until(picture$, ({ width }) => width === screenSize[0], 'screen')
    client.media({ video: true })
    await until(picture$, ({ width }) => width === 320, 'picture of the muted camera')
    await until(
      client.remoteMedia$,
      (media) => media?.video === 'muted',
      'word that the camera is still muted',
    )
    expect(errors).toEqual([])
  })

  test('takes several callers at once, sends each their own media, and is busy beyond its limit', async ({
    echo,
    join,
  }) => {
    const { port } = syntheticMedia({ sizeAt: () => [240, 320] })
    const [alice, bob] = [await join('alice'), await join('bob', { media: port })]
    const carol = await join('carol')
    alice.client.call('Echo')
    bob.client.call('Echo')
    await Promise.all([alice.phase('connected'), bob.phase('connected')])
    carol.client.call('Echo')
    expect(await carol.phase('ended')).toMatchObject({ reason: 'busy' })
    await Promise.all([
      until(frames(alice.client.remoteStream$), ({ width }) => width === 320, 'picture in landscape'),
      until(frames(bob.client.remoteStream$), ({ width }) => width === 240, 'picture in portrait'),
    ])
    const back = until(texts(bob.client), ({ from }) => from === 'remote', 'text')
    bob.client.send('only to Bob')
    expect((await back).text).toBe('only to Bob')
    expect(alice.events.filter(({ type }) => type === 'text')).toEqual([])

    alice.client.hangUp()
    await until(echo.state$, ({ phase }) => phase === 'ended', 'end of the call at Echo')
    carol.client.call('Echo')
    await carol.phase('connected')
    await until(frames(carol.client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
    expect(bob.events.filter(({ type }) => type === 'ended')).toEqual([])
  })

  test('answers at once when a caller returns whose first page is still in a call', async ({
    echo: _,
    join,
  }) => {
    const signaling = { secret: '5'.repeat(32) }
    const first = await join('alice', { signaling })
    first.client.call('Echo')
    await first.phase('connected')
    const second = await join('alice', { signaling })
    second.client.call('Echo')
    await second.phase('connected')
    await until(frames(second.client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
  })

  test('answers ten strangers within a minute', async ({ echo: _, join }) => {
    for (let n = 1; n <= 10; n++) {
      const { client, phase } = await join(`stranger ${n}`)
      client.call('Echo', { media: { audio: true, video: false } })
      await phase('connected')
      client.hangUp()
    }
  })

  test('hangs up when it closes', async ({ echo, join }) => {
    const { client, phase } = await join('alice')
    client.call('Echo')
    await phase('connected')
    echo.close()
    expect(await phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
  })
})

describe('the program echo.js', () => {
  const file = fileURLToPath(new URL('../../examples/echo/echo.js', import.meta.url))

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`is in a call until ${signal}, hangs up and ends by itself`, async ({
      relay,
      join,
      onTestFinished,
    }) => {
      const program = runProgram(file, ['--url', relay.url, '--name', 'Parrot'])
      onTestFinished(() => program.kill('SIGKILL'))
      await until(
        program.lines$,
        (lines) => lines.includes(`online as Parrot at ${relay.url}`),
        'line that it is online',
      )

      const { client, phase } = await join('alice')
      client.call('Parrot')
      await phase('connected')
      await until(frames(client.remoteStream$), ({ brightest }) => brightest > 180, 'picture')
      program.kill(signal)
      expect(await phase('ended')).toMatchObject({ reason: 'hung-up', by: 'remote' })
      expect(await program.ended).toMatchObject({ code: 0 })
    })
  }

  test('prints one line when its name is taken, with exit code 1', async ({ relay, join }) => {
    await join('Echo')
    const program = runProgram(file, ['--url', relay.url])
    expect(await program.ended).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^echo: the name is taken/)],
    })
  })

  for (const args of [
    ['--url', 'nonsense'],
    ['--speed', '9'],
  ]) {
    test(`refuses ${args.join(' ')} in one line, with exit code 1`, async () => {
      const program = runProgram(file, args)
      expect(await program.ended).toEqual({
        code: 1,
        lines: [expect.stringMatching(/^echo: .*(nonsense|--speed)/)],
      })
    })
  }
})
