import { expect, it } from 'vitest'
import { pageWakes } from '../../src/adapters/socket-io/wake.ts'

const pageshow = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted })

it('emits when the page is online again, or comes out of the back/forward cache', () => {
  const page = new EventTarget()
  const woken: string[] = []
  const running = pageWakes(page).subscribe((event) => woken.push((event as Event).type))
  page.dispatchEvent(new Event('online'))
  page.dispatchEvent(pageshow(false))
  page.dispatchEvent(pageshow(true))
  page.dispatchEvent(new Event('offline'))
  expect(woken).toEqual(['online', 'pageshow'])

  running.unsubscribe()
  page.dispatchEvent(new Event('online'))
  expect(woken).toHaveLength(2)
})

it('never emits where there is nothing to listen to', () => {
  pageWakes({})
    .subscribe(() => expect.unreachable())
    .unsubscribe()
})
