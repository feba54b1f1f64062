import {
  map,
  Observable,
  scan,
  take,
  takeLast,
  takeWhile,
  last,
  timer,
  switchMap,
  type SchedulerLike,
} from 'rxjs'
import { levels, permissions } from '../adapters/browser-media.ts'
import { advise, ok, type Finding } from './check-step.ts'

/** Whether the page may use devices at all. */
export function secureContext(): Finding {
  const page: { readonly isSecureContext?: boolean } = globalThis
  return page.isSecureContext === false
    ? advise(
        'failed',
        'browsers offer camera and microphone only to pages served over https or from localhost',
      )
    : ok()
}

/** Whether the user has already decided about the devices. */
export const permissionFinding = (): Observable<Finding> =>
  permissions().pipe(
    take(1),
    map((found) => {
      const denied = (['audio', 'video'] as const).filter((kind) => found[kind] === 'denied')
      const figures = { ...found }
      return denied.length === 0
        ? ok(figures)
        : advise(
            'warning',
            `${denied.join(' and ')} is denied: allow it in the settings of the page`,
            figures,
          )
    }),
  )

/** Whether the microphone delivers sound, from the loudest level of at most three seconds. */
export const microphoneFinding = (stream: MediaStream, scheduler: SchedulerLike): Observable<Finding> =>
  levels(stream, { scheduler }).pipe(
    // Three seconds.
    take(30),
    scan((loudest, level) => Math.max(loudest, level), 0),
    takeWhile((loudest) => loudest < 0.001, true),
    last(null, null),
    map((loudest) => {
      if (loudest === null) return advise('warning', 'this browser cannot measure the microphone')
      const figures = { level: Number(loudest.toFixed(4)) }
      return loudest >= 0.001
        ? ok(figures)
        : advise(
            'warning',
            'the microphone is silent: look for a switch on it, and in the system settings',
            figures,
          )
    }),
  )

/** Plays a short tone. Does not ask whether the user heard it. */
export const speakerFinding = (): Observable<Finding> =>
  new Observable((subscriber) => {
    const page: { readonly AudioContext?: new () => AudioContext } = globalThis
    if (!page.AudioContext) {
      subscriber.next(advise('skipped', 'this browser has no AudioContext'))
      return
    }
    const context = new page.AudioContext()
    subscriber.add(() => void context.close().catch(() => undefined))
    const [tone, volume] = [context.createOscillator(), context.createGain()]
    volume.gain.value = 0.2
    tone.connect(volume).connect(context.destination)
    tone.onended = () => subscriber.next(ok())
    tone.start()
    tone.stop(context.currentTime + 0.3)
    if (context.state === 'suspended') void context.resume().catch(() => undefined)
  })

/** Whether the camera's picture is more than black, once a frame has come. */
export const cameraFinding = (stream: MediaStream, scheduler: SchedulerLike): Observable<Finding> =>
  new Observable<HTMLVideoElement>((subscriber) => {
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    subscriber.add(() => {
      video.srcObject = null
    })
    video.play().then(
      () => subscriber.next(video),
      (thrown: unknown) => subscriber.error(thrown),
    )
  }).pipe(
    // A camera may begin with black pictures.
    switchMap((video) =>
      timer(0, 200, scheduler).pipe(
        take(15),
        map(() => ({ video, brightness: brightestOf(video) })),
      ),
    ),
    takeWhile(({ brightness }) => brightness < DARK, true),
    takeLast(1),
    map(({ video: { videoWidth: width, videoHeight: height }, brightness }) =>
      brightness < DARK
        ? advise('warning', 'the picture is black: open the cover of the camera', { width, height })
        : ok({ width, height }),
    ),
  )

/** Of 255. Sensors show more than this even in the dark. */
const DARK = 12

function brightestOf(video: HTMLVideoElement): number {
  const canvas = document.createElement('canvas')
  canvas.width = 32
  canvas.height = 24
  const context = canvas.getContext('2d')
  if (!context) return 255
  context.drawImage(video, 0, 0, canvas.width, canvas.height)
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  return data.reduce(
    (brightest, value, index) => (index % 4 === 3 ? brightest : Math.max(brightest, value)),
    0,
  )
}
