import {
  concat,
  defer,
  EMPTY,
  finalize,
  fromEvent,
  ignoreElements,
  merge,
  NEVER,
  of,
  ReplaySubject,
  share,
  tap,
  type Observable,
} from 'rxjs'

/** The events after which browsers let a page play sound (HTML, 6.4.2, activation triggering input events). */
const gestures = ['pointerup', 'click', 'keydown', 'touchend']

/**
 * The AudioContext of all meters of the page. Emits it on subscribing. It is created for the first subscriber, and
 * closed after the last one has left.
 *
 * Browsers keep a context suspended until the user has clicked or pressed a key. It is resumed on each subscription, and
 * after each click or key press. Completes without a value if the browser has no AudioContext, or allows no more.
 */
export const meterContext$: Observable<AudioContext> = defer(() => {
  const context = newContext()
  if (context === undefined) return EMPTY
  const resumed$ = gesture$().pipe(
    tap(() => resume(context)),
    ignoreElements(),
  )
  return concat(of(context), resumed$).pipe(finalize(() => void context.close().catch(() => undefined)))
}).pipe(share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: true }), tap(resume))

/** Emits after each click and key press. Never emits outside a page. */
function gesture$(): Observable<unknown> {
  const page: { readonly document?: Document } = globalThis
  const { document } = page
  return document ? merge(...gestures.map((type) => fromEvent(document, type, { capture: true }))) : NEVER
}

/** Missing outside a browser, whatever the DOM types say. Browsers limit how many there can be. */
function newContext(): AudioContext | undefined {
  const page: { readonly AudioContext?: new () => AudioContext } = globalThis
  try {
    return page.AudioContext && new page.AudioContext()
  } catch {
    return undefined
  }
}

/** Does nothing to a context that runs. Browsers reject, or wait, when there has been no gesture. */
function resume(context: AudioContext): void {
  if (context.state !== 'running' && context.state !== 'closed') void context.resume().catch(() => undefined)
}
