import { Observable, Subject, Subscription, type Subscriber } from 'rxjs'

/** A stream of events that knows which of its listeners wants which type. */
export interface TypedStream<E> extends Observable<E> {
  /** Only the events of these types. */
  of(types: readonly string[]): Observable<E>
}

export interface EventBus<E> {
  readonly event$: TypedStream<E>
  next(event: E): void
}

/** The listeners of one type, in the order in which they subscribed. Never changed in place, so an event can be dispatched meanwhile. */
type Listeners<E> = readonly Subscriber<E>[]

/** The key of the listeners to everything. */
const EVERYTHING = Symbol('everything')

/** Who listens to what. */
class Registry<E> {
  private readonly byType = new Map<string | symbol, Listeners<E>>()
  private count = 0

  get isEmpty(): boolean {
    return this.count === 0
  }

  add(listener: Subscriber<E>, types: readonly (string | symbol)[]): void {
    this.count++
    for (const type of types) this.byType.set(type, [...this.of(type), listener])
  }

  remove(listener: Subscriber<E>, types: readonly (string | symbol)[]): void {
    this.count--
    for (const type of types)
      this.byType.set(
        type,
        this.of(type).filter((other) => other !== listener),
      )
  }

  dispatch(event: E): void {
    for (const listener of this.of(EVERYTHING)) listener.next(event)
    if (hasType(event)) for (const listener of this.of(event.type)) listener.next(event)
  }

  all(): ReadonlySet<Subscriber<E>> {
    return new Set([...this.byType.values()].flat())
  }

  private of(type: string | symbol): Listeners<E> {
    return this.byType.get(type) ?? []
  }
}

/**
 * Hands each event only to the listeners of its type (through `of`), and to those of everything. A bus with dozens of
 * listeners would otherwise try every event on each of them.
 */
export function eventBus<E>(): EventBus<E> {
  const source$ = new Subject<E>()
  return { event$: shareByType(source$), next: (event) => source$.next(event) }
}

/**
 * Shares one subscription to `source$` among all listeners, to everything or by type. Subscribes with the first of
 * them, and unsubscribes with the last. Completes and errors as the source does.
 */
export function shareByType<E>(source$: Observable<E>): TypedStream<E> {
  const registry = new Registry<E>()
  let running = Subscription.EMPTY
  const listen = (types: readonly (string | symbol)[]) =>
    new Observable<E>((listener) => {
      const isFirst = registry.isEmpty
      registry.add(listener, types)
      listener.add(() => {
        registry.remove(listener, types)
        if (registry.isEmpty) running.unsubscribe()
      })
      if (!isFirst) return
      // Made before subscribing to the source, because its first value may already be the last that anybody wants.
      running = new Subscription()
      running.add(
        source$.subscribe({
          next: (event) => registry.dispatch(event),
          error: (thrown: unknown) => registry.all().forEach((each) => each.error(thrown)),
          complete: () => registry.all().forEach((each) => each.complete()),
        }),
      )
    })
  return Object.assign(listen([EVERYTHING]), { of: listen })
}

export function isTyped<E>(event$: Observable<E>): event$ is TypedStream<E> {
  return 'of' in event$
}

function hasType(event: unknown): event is { readonly type: string } {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string'
}
