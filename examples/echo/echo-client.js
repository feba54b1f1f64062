// @ts-check
import wrtc from '@roamhq/wrtc'
import { createCallClient } from 'rxcall'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { EMPTY, filter, switchMap } from 'rxjs'
import { createMirror } from './mirror.js'

/**
 * @typedef {object} EchoOptions
 * @property {string} url Where the relay is.
 * @property {string} [name] The name that others call it by; Echo by default.
 */

/**
 * Connects to the relay, answers every call with what the caller offers (sound, picture or both), and sends the
 * caller's own sound, picture and text back. It is in one call at a time; others are told that it is busy.
 *
 * @param {EchoOptions} options
 * @returns {Pick<import('rxcall').CallClient, 'state$' | 'connection$' | 'error$' | 'close'>} `close` hangs up and leaves.
 */
export function startEcho({ url, name = 'Echo' }) {
  const mirror = createMirror()
  const client = createCallClient({
    signaling: socketIoSignaling({ url, name, outsideBrowser: true }),
    peer: simplePeer({ wrtc }),
    media: mirror.media,
  })

  client.state$
    .pipe(filter((state) => state.phase === 'ringing'))
    .subscribe(({ media }) => client.accept(media))

  client.remoteStream$
    .pipe(switchMap((stream) => (stream === null ? EMPTY : mirror.reflect(stream))))
    .subscribe()

  client.message$.pipe(filter(({ from }) => from === 'remote')).subscribe(({ text }) => client.send(text))

  return client
}
