import { filter, merge, Observable, Subscription, take, type Observer } from 'rxjs'
import { defaultSettings, type MediaPort } from '../../src/core/index.ts'
import { localMedia, mediaStatus, peerConnections } from '../../src/core/stages/index.ts'
import type { Bug } from './bug.ts'

/** Camera, microphone and screen: what is captured, muted, held, sent and reported. */
export const mediaBugs: readonly Bug[] = [
  {
    name: 'captures-while-it-rings',
    why: 'the camera of the callee is on before the user accepts',
    breaks: 'no-media-before-accept',
    stages: {
      localMedia: (sources, port) => {
        const early = { media: defaultSettings.media, required: false }
        const begin$ = merge(sources.begin$, [early]).pipe(take(1))
        return localMedia({ ...sources, begin$ }, port)
      },
    },
  },
  {
    name: 'leaves-the-camera-on',
    why: 'the camera light stays on after the call',
    breaks: 'releases-everything',
    stages: {
      localMedia: (sources, port) => localMedia(sources, releasingBy(port, new Subscription())),
    },
  },
  {
    name: 'keeps-the-old-camera-on',
    why: 'a camera that the user has switched away from stays on until the call ends',
    breaks: 'stops-unsent-tracks',
    stages: {
      localMedia: (sources, port) =>
        new Observable((subscriber) => {
          const untilTheEnd = new Subscription()
          subscriber.add(localMedia(sources, releasingBy(port, untilTheEnd)).subscribe(subscriber))
          subscriber.add(untilTheEnd)
        }),
    },
  },
  {
    name: 'never-unmutes',
    why: 'a user who was muted once cannot be heard any more',
    breaks: 'mute-is-kept',
    stages: {
      localMedia: (sources, port) => {
        const action$ = sources.action$.pipe(filter((action) => action.type !== 'mute' || action.muted))
        return localMedia({ ...sources, action$ }, port)
      },
    },
  },
  {
    name: 'sends-while-on-hold',
    why: 'the other side sees and hears a user who has put the call on hold',
    breaks: 'hold-stops-sending',
    stages: {
      peerConnections: (sources, port, env) => {
        const stream$ = sources.stream$.pipe(filter((stream, index) => index === 0 || stream !== null))
        return peerConnections({ ...sources, stream$ }, port, env)
      },
    },
  },
  {
    name: 'reports-its-media-once',
    why: 'the other side takes a camera that is off for one that is on',
    breaks: 'media-status-agrees',
    stages: {
      mediaStatus: (sources) => mediaStatus({ ...sources, status$: sources.status$.pipe(take(1)) }),
    },
  },
]

/** `port` whose captures are released with `owner`, whenever they are unsubscribed from. */
function releasingBy(port: MediaPort, owner: Subscription): MediaPort {
  return {
    ...port,
    capture: (request) =>
      new Observable((subscriber) => {
        // Not the subscriber itself, which would release the capture when it is unsubscribed.
        const observer: Observer<MediaStream> = {
          next: (stream) => subscriber.next(stream),
          error: (thrown) => subscriber.error(thrown),
          complete: () => subscriber.complete(),
        }
        owner.add(port.capture(request).subscribe(observer))
      }),
  }
}
