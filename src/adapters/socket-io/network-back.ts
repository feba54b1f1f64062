import { filter, fromEvent, merge, NEVER, type Observable } from 'rxjs'

/**
 * Emits when the page may have its network back: on `online`, and on `pageshow` when the page is restored from the
 * back/forward cache, which closes connections. Never emits outside a browser.
 *
 * @see https://html.spec.whatwg.org/multipage/system-state.html#event-online
 */
export function networkBack(scope: unknown = globalThis): Observable<unknown> {
  if (!isEventTarget(scope)) return NEVER
  return merge(
    fromEvent(scope, 'online'),
    fromEvent<PageTransitionEvent>(scope, 'pageshow').pipe(filter(({ persisted }) => persisted)),
  )
}

const isEventTarget = (scope: unknown): scope is EventTarget =>
  typeof scope === 'object' && scope !== null && 'addEventListener' in scope && 'removeEventListener' in scope
