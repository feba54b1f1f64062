import { vi } from 'vitest'

/** Watches what media elements are given to show. The simulated page has no streams of its own. */
export function watchSrcObject() {
  const set = vi.fn<(stream: MediaStream | null) => void>()
  const shown = new WeakMap<HTMLMediaElement, MediaStream | null>()
  const before = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get(this: HTMLMediaElement) {
      return shown.get(this) ?? null
    },
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      set(stream)
      shown.set(this, stream)
    },
  })
  return {
    set,
    restore: () => {
      if (before) Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', before)
      else Reflect.deleteProperty(HTMLMediaElement.prototype, 'srcObject')
    },
  }
}
