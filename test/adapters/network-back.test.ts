import { expect, it } from 'vitest'
import { networkBack } from '../../src/adapters/socket-io/network-back.ts'

const pageshow = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted })

it('emits when the page is online again, or returns from the back/forward cache', () => {
  const page = new EventTarget()
  const woken: string[] = []
  const running = networkBack(page).subscribe((event) => woken.push((event as Event).type))
  page.dispatchEvent(new Event('online'))
  page.dispatchEvent(pageshow(false))
  page.dispatchEvent(pageshow(true))
  page.dispatchEvent(new Event('offline'))
  expect(woken).toEqual(['online', 'pageshow'])

  running.unsubscribe()
  page.dispatchEvent(new Event('online'))
  expect(woken).toHaveLength(2)
})

it('never emits without a window', () => {
  networkBack({})
    .subscribe(() => expect.unreachable())
    .unsubscribe()
})
