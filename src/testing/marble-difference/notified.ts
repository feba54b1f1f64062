import type { ObservableNotification } from 'rxjs'

/** A notification and its time in milliseconds, as RxJS's TestScheduler logs it. */
export interface Notified {
  readonly frame: number
  readonly notification: ObservableNotification<unknown>
}

/** When a source was subscribed to and unsubscribed from, as RxJS's TestScheduler logs it. Infinity means never. */
export interface Subscribed {
  readonly subscribedFrame: number
  readonly unsubscribedFrame: number
}

export function areNotified(value: unknown): value is readonly Notified[] {
  return areObjectsWith(value, 'frame', 'notification')
}

export function areSubscribed(value: unknown): value is readonly Subscribed[] {
  return areObjectsWith(value, 'subscribedFrame', 'unsubscribedFrame')
}

function areObjectsWith(value: unknown, ...keys: readonly string[]): boolean {
  const isOne = (item: unknown) =>
    typeof item === 'object' && item !== null && keys.every((key) => Object.hasOwn(item, key))
  return Array.isArray(value) && value.every(isOne)
}
