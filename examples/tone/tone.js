#!/usr/bin/env node
// @ts-check
import { parseArgs } from 'node:util'
import wrtc from '@roamhq/wrtc'
import { createCallClient } from 'rxcall'
import { nativePeer } from 'rxcall/native-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { EMPTY, bufferTime, concatMap, distinctUntilChanged, filter, map, merge, switchMap } from 'rxjs'
import { describeSound, soundOf, toneMedia } from './sound.js'

const usage = `Usage: node tone.js --call NAME [--url http://localhost:3000]

Calls NAME as "tone", sends 440 Hz, and prints the phases, texts and sound of the call. Ctrl+C hangs up.`

/** @param {unknown} thrown */
function fail(thrown) {
  console.error(`tone: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  process.exitCode = 1
}

/** @type {(user: string, url: string) => void} */
function call(user, url) {
  const signaling = socketIoSignaling({ url, name: 'tone', outsideBrowser: true })
  const client = createCallClient({ signaling, peer: nativePeer({ wrtc }), media: toneMedia(440) })
  process.once('SIGINT', () => client.close())
  // Everything is closed by now. Without `exit`, @roamhq/wrtc 0.10 crashes while Node cleans up its tracks.
  process.once('beforeExit', () => process.exit())

  client.connection$.subscribe((connection) => {
    if (client.state$.value.phase !== 'idle') return
    if (connection.status === 'online') client.call(user, { media: { audio: true, video: false } })
    else if ('error' in connection) {
      fail(connection.error)
      client.close()
    }
  })

  const phase$ = client.state$.pipe(
    filter((state) => state.phase !== 'idle'),
    map((state) => (state.phase === 'calling' ? `calling ${user}: ${state.progress}` : state.phase)),
    distinctUntilChanged(),
  )
  const text$ = client.event$.pipe(
    concatMap((event) => (event.type === 'text' && event.message.from === 'remote' ? [event.message] : [])),
    map(({ text }) => `${user} writes: ${text}`),
  )
  const heard$ = client.remoteStream$.pipe(
    map((stream) => stream?.getAudioTracks()[0]),
    switchMap((track) => (track ? soundOf(track).pipe(bufferTime(1_000), map(describeSound)) : EMPTY)),
  )
  merge(phase$, text$, heard$).subscribe((line) => console.log(line))

  client.state$.subscribe((state) => {
    if (state.phase !== 'ended') return
    if (!['hung-up', 'cancelled'].includes(state.reason)) fail(state.error ?? `call ended: ${state.reason}`)
    client.close()
  })
}

try {
  const { values } = parseArgs({
    options: {
      call: { type: 'string', default: '' },
      url: { type: 'string', default: 'http://localhost:3000' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) console.log(usage)
  else if (values.call === '') throw new Error('name the user to call: --call NAME')
  else call(values.call, values.url)
} catch (thrown) {
  fail(thrown)
}
