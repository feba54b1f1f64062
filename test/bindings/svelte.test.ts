import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fromBehavior } from '../../src/bindings/svelte.ts'
import { latestOf } from '../../src/core/rx/behavior.ts'
import { clients } from './support/clients.ts'
import { watchSrcObject } from './support/src-object.ts'
import SvelteCall from './support/SvelteCall.svelte'
import SvelteRoom from './support/SvelteRoom.svelte'

let shown: ReturnType<typeof watchSrcObject>
beforeEach(() => {
  vi.useFakeTimers()
  shown = watchSrcObject()
})
afterEach(() => {
  shown.restore()
  vi.useRealTimers()
})

function room(props: { readonly heard?: (code: string) => void } = {}) {
  const { create, made, online } = clients()
  const target = document.createElement('div')
  const component = mount(SvelteRoom, { target, props: { create, ...props } })
  flushSync()
  const press = (name: string) => {
    for (const button of target.querySelectorAll('button')) if (button.textContent === name) button.click()
    flushSync()
  }
  const text = () => target.querySelector('p')?.textContent
  const leave = () => unmount(component)
  return { made, online, press, text, leave }
}

describe('setCall', () => {
  it('makes a client for the components below, which follow its state and act on it', async () => {
    const { text, press, made, online, leave } = room()
    expect(text()).toBe('idle now')
    press('Call')
    expect(text()).toBe('calling for long')
    expect(made[0]?.state$.value.phase).toBe('calling')
    await leave()
    expect(online()).toBe(0)
    // Svelte releases what nothing follows any more in a microtask.
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets a component hear errors', async () => {
    const heard: string[] = []
    const { press, leave } = room({ heard: (code) => heard.push(code) })
    press('Decline')
    expect(heard).toEqual(['not-ringing'])
    await leave()
  })

  it('leaves nothing behind after 200 mounts', async () => {
    for (let count = 0; count < 200; count++) {
      const { leave, online } = room()
      expect(online()).toBe(1)
      await leave()
      expect(online()).toBe(0)
    }
  })

  it('is missed where there is none', () => {
    const target = document.createElement('div')
    expect(() => mount(SvelteCall, { target })).toThrow('call setCall in a component above this one')
  })
})

describe('showStream', () => {
  it('sets the stream once for each stream', async () => {
    const { press, leave, made } = room()
    press('Call')
    await vi.advanceTimersByTimeAsync(10)
    flushSync()
    made[0]?.hangUp()
    flushSync()
    expect(shown.set.mock.calls.map(([stream]) => stream?.id ?? null)).toEqual(['alice-1', null])
    await leave()
  })
})

describe('fromBehavior', () => {
  it('has the value at hand, also where nothing follows it', () => {
    const latest = latestOf('one')
    const value = fromBehavior(latest.behavior$)
    latest.next('two')
    expect(value.current).toBe('two')
  })
})
