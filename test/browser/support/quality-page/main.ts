import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { quality, samples, type Quality, type Sample } from 'rxcall/quality'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'
import { firstValueFrom, share, switchMap, take, toArray } from 'rxjs'

const settings = new URLSearchParams(location.search)

/** The connections of this page, to compare the library's figures with those of the browser. */
const connections: RTCPeerConnection[] = []
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.push(this)
  }
}

const newPeer = settings.get('peer') === 'simple-peer' ? simplePeer : nativePeer
const client = createCallClient({
  signaling: socketIoSignaling({ name: settings.get('name') ?? '' }),
  peer: newPeer({
    iceServers: JSON.parse(settings.get('ice') ?? '[]') as RTCIceServer[],
    config: { iceTransportPolicy: 'relay' },
  }),
  media: browserMedia(),
})
const sample$ = samples(client).pipe(share())
let latest: Quality | null = null
const log: string[] = []

/** The camera of the tests has 10 frames a second. */
quality(client, { sample$, thresholds: { framesPerSecond: { fair: 5, poor: 2 } } }).subscribe((each) => {
  latest = each
  const { receiving, sending, because, figures } = each
  log.push(
    `${(performance.now() / 1000).toFixed(1)} s receiving ${receiving} ${because.receiving.join()}, sending ${String(sending)} ${because.sending.join()} ${JSON.stringify(figures)}`,
  )
})
client.remoteStream$.subscribe((stream) => {
  const video = document.querySelector('video')
  if (video) video.srcObject = stream
})
client.state$.subscribe(({ phase }) => log.push(phase))
client.error$.subscribe(({ message }) => log.push(`error: ${message}`))

/** The browser's own figures of the media that arrive. */
async function received(kind: 'audio' | 'video') {
  const found: (RTCInboundRtpStreamStats & { readonly timestamp: number })[] = []
  const report = await connections.at(-1)?.getStats()
  report?.forEach((stats: RTCInboundRtpStreamStats) => {
    if ((stats.type as string) === 'inbound-rtp' && stats.kind === kind) found.push(stats)
  })
  const [stats] = found
  if (!stats || !report) throw new Error(`no ${kind} arrives`)
  const codec = report.get(stats.codecId ?? '') as { readonly mimeType: string }
  const { bytesReceived = 0, totalSamplesReceived = 0, concealedSamples = 0 } = stats
  const { timestamp, frameWidth, frameHeight } = stats
  return {
    bytesReceived,
    totalSamplesReceived,
    concealedSamples,
    timestamp,
    frameWidth,
    frameHeight,
    codec: codec.mimeType,
  }
}

type Received = Awaited<ReturnType<typeof received>>

/** The next samples, and what the browser itself had counted at the beginning and at the end of their time. */
async function compare(count: number): Promise<{ samples: Sample[]; counted: [Received, Received] }> {
  const beginning = () => received('video')
  const from = await firstValueFrom(sample$.pipe(switchMap(beginning)), { defaultValue: null })
  const samples = await firstValueFrom(sample$.pipe(take(count), toArray()), { defaultValue: [] })
  if (from === null) throw new Error('the call ended')
  return { samples, counted: [from, await received('video')] }
}

/** What the tests use in the page. */
const qualityPage = {
  client,
  compare,
  received,
  latest: () => latest,
  log: () => log,
}
export type QualityPage = typeof qualityPage

Object.assign(globalThis, { qualityPage })
