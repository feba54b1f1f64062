// @ts-check
import wrtc from '@roamhq/wrtc'
import { createCallClient, incoming } from 'rxcall'
import { simplePeer } from 'rxcall/simple-peer'
import { EMPTY, combineLatest, filter, switchMap } from 'rxjs'
import { createMirror } from './mirror.js'

/**
 * Creates a client that answers each call at once, with the audio and video that the caller offers. It sends the
 * caller's own audio, video and text back. It also mutes and turns off whatever the caller does. Otherwise the last
 * frame would stay on the caller's screen.
 *
 * @param {import('rxcall').SignalingPort} signaling
 * @returns {import('rxcall').CallClient}
 */
export function createEchoClient(signaling) {
  const mirror = createMirror()
  const client = createCallClient({
    signaling,
    peer: simplePeer({ wrtc }),
    media: mirror.media,
    // Echo answers at once, so ringing strangers disturb nobody.
    settings: { strangerRings: 1000 },
  })

  incoming(client).subscribe(({ media }) => client.accept({ media }))

  client.remoteStream$
    .pipe(switchMap((stream) => (stream === null ? EMPTY : mirror.reflect(stream))))
    .subscribe()

  client.remoteMedia$.pipe(filter((media) => media !== null)).subscribe((media) => follow(client, media))

  // A shared screen is muted separately, and Echo's screen starts later than the caller's.
  combineLatest([client.remoteMedia$, client.localMedia$]).subscribe(([caller, own]) => {
    if (caller !== null && own !== null) muteLike(client, caller)
  })

  client.event$
    .pipe(
      filter((event) => event.type === 'text'),
      filter(({ message }) => message.from === 'remote'),
    )
    .subscribe(({ message }) => client.send(message.text))

  return client
}

/**
 * The states of a kind that the caller, or the caller's system, has muted.
 *
 * @type {ReadonlySet<import('rxcall').MediaStatus['audio' | 'video']>}
 */
const silenced = new Set(['muted', 'interrupted'])

/**
 * Sends the kinds that the caller sends.
 *
 * @param {Pick<import('rxcall').CallClient, 'media'>} client
 * @param {import('rxcall').MediaStatus} caller
 */
function follow(client, { audio, video }) {
  if (audio !== 'opening') client.media({ audio: audio !== 'off' })
  if (video !== 'opening') client.media({ video: video === 'screen' ? 'screen' : video !== 'off' })
}

/**
 * Mutes the kinds that the caller has muted.
 *
 * @param {Pick<import('rxcall').CallClient, 'mute'>} client
 * @param {import('rxcall').MediaStatus} caller
 */
function muteLike(client, { audio, video }) {
  client.mute('audio', silenced.has(audio))
  client.mute('video', silenced.has(video))
}
