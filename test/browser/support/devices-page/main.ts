import {
  asyncScheduler,
  BehaviorSubject,
  filter,
  firstValueFrom,
  map,
  scan,
  toArray,
  type Observable,
} from 'rxjs'
import { createCallClient } from 'rxcall'
import { browserMedia, levels, permissions, playThrough, sharedMedia, speaking } from 'rxcall/browser-media'
import { check, formatCheck } from 'rxcall/check'
import { socketIoSignaling } from 'rxcall/socket.io'
import { virtualId, virtualPeers, virtualRelay } from 'rxcall/testing'

const browser = browserMedia()

/** Resolves with the first value that passes. */
const until = <T>(stream$: Observable<T>, isWanted: (value: T) => boolean): Promise<T> =>
  firstValueFrom(stream$.pipe(filter(isWanted)), { defaultValue: undefined as T })

/** Runs `use` with the microphone, and releases it afterwards. */
async function withMicrophone<T>(use: (stream: MediaStream) => Promise<T>): Promise<T> {
  const stream$ = new BehaviorSubject<MediaStream | null>(null)
  const held = browser.capture({ audio: true, video: false }).subscribe(stream$)
  const stream = await until(stream$, (each) => each !== null)
  try {
    return await use(stream as MediaStream)
  } finally {
    held.unsubscribe()
  }
}

/** Resolves once the level has gone up and down again, with both levels. */
const beep = (): Promise<readonly number[]> =>
  withMicrophone((stream) =>
    until(
      levels(stream, { everyMs: 20 }).pipe(
        scan((seen: readonly number[], level) => {
          if (seen.length === 0) return level > 0.02 ? [level] : seen
          return level < 0.005 ? [...seen, level] : seen
        }, []),
      ),
      (seen) => seen.length === 2,
    ),
  )

/** Resolves once somebody has spoken and stopped, and with what a muted microphone gives. */
const speech = () =>
  withMicrophone(async (stream) => {
    const options = { holdMs: 60 }
    const spoken = await firstValueFrom(
      speaking(stream, options).pipe(
        scan((seen: readonly boolean[], each) => [...seen, each], []),
        filter((seen) => seen.length === 3),
      ),
      { defaultValue: [] },
    )
    for (const track of stream.getTracks()) track.enabled = false
    await until(speaking(stream, { ...options, whileMuted: true }), (isSpeaking) => isSpeaking)
    const muted = await until(levels(stream, { everyMs: 300 }), () => true)
    return { spoken, muted }
  })

/** Opens a preview, then calls, then ends the preview. Resolves with how often devices were opened, and what is live. */
async function previewThenCall() {
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  let opened = 0
  mediaDevices.getUserMedia = (constraints) => {
    opened++
    return getUserMedia(constraints)
  }
  const world = { scheduler: asyncScheduler, id: () => '' }
  const media = sharedMedia(browser)
  const preview$ = new BehaviorSubject<MediaStream | null>(null)
  const preview = media.capture({ audio: true, video: true }).subscribe(preview$)
  await until(preview$, (stream) => stream !== null)
  const client = createCallClient({
    signaling: virtualRelay(world).port({ user: 'alice', party: virtualId(1) }),
    peer: virtualPeers(world).port,
    media,
  })
  client.call('bob')
  preview.unsubscribe()
  const stream = await until(client.localStream$, (each) => each !== null)
  const live = stream?.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`)
  client.close()
  mediaDevices.getUserMedia = getUserMedia
  return { opened, live, after: stream?.getTracks().map(({ readyState }) => readyState) }
}

/** Plays through the first speaker, then through one that does not exist, and stops. */
async function speakers() {
  const video = document.querySelector('video') as HTMLVideoElement & { readonly sinkId: string }
  const found = await withMicrophone(() => until(browser.speakers$, (list) => list.length > 0))
  const chosen$ = new BehaviorSubject(found[0]?.deviceId ?? '')
  const used: string[] = []
  const sinks: string[] = []
  await new Promise<void>((resolve) => {
    const held = playThrough(video, chosen$).subscribe(({ error }) => {
      used.push(error?.code ?? 'ok')
      sinks.push(video.sinkId === chosen$.value ? 'chosen' : video.sinkId)
      if (used.length === 1) chosen$.next('no such speaker')
      else {
        held.unsubscribe()
        resolve()
      }
    })
  })
  return { used, sinks }
}

const report = () =>
  firstValueFrom(
    check({ signaling: (name) => socketIoSignaling({ name }) }).pipe(toArray(), map(formatCheck)),
    { defaultValue: '' },
  )

const permitted = () => until(permissions(), () => true)

/** What the tests use in the page. */
const devices = { beep, speech, previewThenCall, speakers, report, permitted }
export type DevicesPage = typeof devices

Object.assign(globalThis, { devices })
