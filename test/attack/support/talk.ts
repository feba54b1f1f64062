import { filter, scan, shareReplay } from 'rxjs'
import { onTestFinished } from 'vitest'
import { texts } from '../../integration/support/texts.ts'
import { until } from '../../integration/support/until.ts'
import { PATIENCE, type Caller } from './tested-call.ts'

/** What one side has written, and what the other has read. */
export interface Heard {
  readonly said: readonly string[]
  readonly heard: readonly string[]
}

export interface Talk {
  /** Resolves once texts that were written from now on have arrived, one in each direction. */
  readonly goOn: () => Promise<void>
  /** Stops writing. Resolves with all texts, by direction, once the last ones have arrived. */
  readonly end: () => Promise<readonly Heard[]>
}

/** Milliseconds between two texts of a side. */
const PACE = 40

/** Makes both sides of a call write to each other all the time. */
export function talk(one: Caller, other: Caller): Talk {
  const directions = [direction(one, other), direction(other, one)]
  const timer = setInterval(() => directions.forEach(({ say }) => say()), PACE)
  onTestFinished(() => clearInterval(timer))
  return {
    async goOn() {
      await Promise.all(directions.map(({ say, has }) => has(say())))
    },
    async end() {
      clearInterval(timer)
      return Promise.all(directions.map(async ({ say, said, has }) => ({ said, heard: await has(say()) })))
    },
  }
}

function direction(from: Caller, to: Caller) {
  const said: string[] = []
  const heard$ = texts(to.client).pipe(
    filter((message) => message.from === 'remote'),
    scan((heard: readonly string[], { text }) => [...heard, text], []),
    shareReplay({ bufferSize: 1, refCount: true }),
  )
  const heard = heard$.subscribe()
  onTestFinished(() => heard.unsubscribe())
  return {
    said,
    say: () => {
      const text = `${from.name} ${said.length}`
      said.push(text)
      from.client.send(text)
      return text
    },
    has: (text: string) =>
      until(heard$, (heard) => heard.includes(text), `"${text}" at ${to.name}`, PATIENCE),
  }
}
