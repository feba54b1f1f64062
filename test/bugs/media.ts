import { filter, merge, Observable, Subscription, take } from 'rxjs'
import { defaultSettings } from '../../src/core/index.ts'
import { localMedia, mediaStatus, peerConnections } from '../../src/core/stages/index.ts'
import { releasingBy } from '../../src/ui/lab/bugs/releasing.ts'
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
