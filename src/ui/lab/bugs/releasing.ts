import { Observable, type Observer, type Subscription } from 'rxjs'
import type { MediaPort } from 'rxcall'

/** `port` whose captures are released with `owner`, whenever they are unsubscribed from. */
export function releasingBy(port: MediaPort, owner: Subscription): MediaPort {
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
