import { merge, Subject, type Observable } from 'rxjs'

/** A stream of events that can tell which of its listeners wants which type. */
export interface TypedStream<E> extends Observable<E> {
  /** The events of these types alone. */
  of(types: readonly string[]): Observable<E>
}

export interface EventBus<E> {
  readonly event$: TypedStream<E>
  next(event: E): void
}

/**
 * Hands each event to those alone who asked for its type, through `of`, and to whoever listens to all. A bus with dozens
 * of listeners would otherwise try every event on each of them.
 */
export function eventBus<E>(): EventBus<E> {
  const all = new Subject<E>()
  const listeners = new Map<string, Subject<E>>()
  const listenersOf = (type: string): Subject<E> => {
    const known = listeners.get(type)
    if (known) return known
    const made = new Subject<E>()
    listeners.set(type, made)
    return made
  }
  const of = (types: readonly string[]) => merge(...types.map(listenersOf))
  return {
    event$: Object.assign(all.asObservable(), { of }),
    next(event) {
      all.next(event)
      if (hasType(event)) listeners.get(event.type)?.next(event)
    },
  }
}

export function isTyped<E>(event$: Observable<E>): event$ is TypedStream<E> {
  return 'of' in event$
}

function hasType(event: unknown): event is { readonly type: string } {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string'
}
