import { EventEmitter, once } from 'node:events'

export interface Notebook {
  readonly notes: readonly string[]
  readonly note: (what: string) => void
  /** Resolves once `what` was noted `times` times; rejects after `ms` milliseconds. */
  readonly seen: (what: string, times?: number, ms?: number) => Promise<void>
}

/** What happened to somebody, and a way to wait for it. */
export function notebook(name: string): Notebook {
  const notes: string[] = []
  const noted = new EventEmitter()
  return {
    notes,

    note(what) {
      notes.push(what)
      noted.emit('noted')
    },

    async seen(what, times = 1, ms = 20_000) {
      const signal = AbortSignal.timeout(ms)
      while (notes.filter((each) => each === what).length < times)
        await once(noted, 'noted', { signal }).catch(() => {
          throw new Error(`${name} has not seen "${what}" ${times} times, but: ${notes.join(', ')}`)
        })
    },
  }
}
