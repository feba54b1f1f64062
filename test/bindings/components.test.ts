import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { flushSync, mount, unmount } from 'svelte'
import { createApp, defineComponent, h, nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as react from '../../src/bindings/react.ts'
import * as vue from '../../src/bindings/vue.ts'
import type { CallClient, CallState } from '../../src/core/index.ts'
import { fakeCall } from '../../src/testing/index.ts'
import AnswerView from './support/AnswerView.svelte'

/** A component in the page. */
interface Shown {
  text(): string
  press(button: string): void
  close(): void
}

const words = (call: CallState) => (call.phase === 'idle' ? call.phase : `${call.phase} ${call.remote.user}`)
const shownIn = (page: HTMLElement, close: () => void): Shown => ({
  text: () => page.textContent.replaceAll(/\s+/g, ' '),
  press: (name) => [...page.querySelectorAll('button')].find((each) => each.textContent === name)?.click(),
  close,
})

const frameworks: Readonly<Record<string, (client: CallClient) => Shown>> = {
  React(client) {
    Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', false)
    const Answer = () => {
      const call = react.useCall((state) => state.call)
      const { accept } = react.useCallActions()
      return createElement(
        'div',
        null,
        words(call),
        createElement('button', { onClick: () => accept() }, 'Accept'),
      )
    }
    const page = document.createElement('div')
    document.body.append(page)
    const root = createRoot(page)
    root.render(createElement(react.CallProvider, { create: () => client }, createElement(Answer)))
    return shownIn(page, () => {
      root.unmount()
      page.remove()
    })
  },
  Vue(client) {
    const page = document.createElement('div')
    const app = createApp(
      defineComponent({
        setup() {
          vue.provideCall(() => client)
          const call = vue.useCall((state) => state.call)
          const { accept } = vue.useCallActions()
          return () => [words(call.value), h('button', { onClick: () => accept() }, 'Accept')]
        },
      }),
    )
    app.mount(page)
    return shownIn(page, () => app.unmount())
  },
  Svelte(client) {
    const page = document.createElement('div')
    const component = mount(AnswerView, { target: page, props: { create: () => client } })
    flushSync()
    return shownIn(page, () => void unmount(component))
  },
}

describe.each(Object.entries(frameworks))('a component of %s', (_, show) => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('answers a call with a button, and shows its end', async () => {
    const { alice, bob, media } = fakeCall()
    const page = show(alice)
    const pass = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms)
      await nextTick()
      flushSync()
    }
    await pass(50)
    bob.call('alice')
    await pass(100)
    expect(page.text()).toContain('ringing bob')
    page.press('Accept')
    await pass(200)
    expect(page.text()).toContain('connected bob')
    bob.hangUp()
    await pass(100)
    expect(page.text()).toContain('ended bob')
    page.close()
    await pass(100)
    expect(alice.connection$.value.status).toBe('closed')
    expect(media.alice.liveTracks()).toBe(0)
    bob.close()
  })
})
