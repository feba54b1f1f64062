import { merge, Subject, type Observable } from 'rxjs'

/**
 * A Subject that hands each event to those alone who asked for its type, where they ask through {@link TypedSubject.of}.
 * A bus with dozens of listeners would otherwise try every event on each of them.
 */
export class TypedSubject<E> extends Subject<E> {
  private readonly listeners = new Map<string, Subject<E>>()

  /** The events of these types, hot. */
  of(types: readonly string[]): Observable<E> {
    return merge(...types.map((type) => this.listenersOf(type)))
  }

  override next(event: E): void {
    super.next(event)
    if (hasType(event)) this.listeners.get(event.type)?.next(event)
  }

  private listenersOf(type: string): Subject<E> {
    const known = this.listeners.get(type)
    if (known) return known
    const made = new Subject<E>()
    this.listeners.set(type, made)
    return made
  }
}

function hasType(event: unknown): event is { readonly type: string } {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string'
}
