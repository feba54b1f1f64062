import { createApp, createSSRApp, defineComponent, h, nextTick, ref, withDirectives, type App } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  provideCall,
  useBehavior,
  useCall,
  useCallActions,
  useCallStream,
  useElapsed,
  vCallStream,
} from '../../src/bindings/vue.ts'
import { latestOf } from '../../src/core/rx/behavior.ts'
import { clients } from './support/clients.ts'
import { watchSrcObject } from './support/src-object.ts'

let app: App | undefined
afterEach(() => {
  app?.unmount()
  app = undefined
  vi.useRealTimers()
})

/** Mounts a component; `setup` returns what it shows. */
function mount(setup: () => () => unknown): HTMLElement {
  const element = document.createElement('div')
  app = createApp(defineComponent({ setup: () => setup() as never }))
  app.mount(element)
  return element
}
const component = (setup: () => () => unknown) => h(defineComponent({ setup: () => setup() as never }))
const phase = () => {
  const call = useCall((state) => state.call)
  return () => h('p', call.value.phase)
}

describe('provideCall', () => {
  it('makes a client for this component and those below, and closes it with them', () => {
    const { create, made, online } = clients()
    const page = mount(() => {
      provideCall(create)
      const own = phase()
      return () => [own(), component(phase)]
    })
    expect(page.textContent).toBe('idleidle')
    expect(online()).toBe(1)
    app?.unmount()
    expect(made.map(({ connection$ }) => connection$.value.status)).toEqual(['closed'])
    expect(online()).toBe(0)
  })

  it('connects nothing on a server', async () => {
    const { create, made } = clients()
    vi.stubGlobal('window', undefined)
    const server = createSSRApp(
      defineComponent({
        setup() {
          provideCall(create)
          return phase()
        },
      }),
    )
    expect(await renderToString(server)).toBe('<p>idle</p>')
    vi.unstubAllGlobals()
    expect(made).toEqual([])
  })

  it('is missed where there is none', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(() => mount(phase)).toThrow('call provideCall in this component or in one above it')
    app = undefined
    warned.mockRestore()
  })

  it('leaves nothing behind after 200 mounts', () => {
    const { create, made, online } = clients()
    for (let count = 0; count < 200; count++) {
      mount(() => {
        provideCall(create)
        return () => component(phase)
      })
      app?.unmount()
    }
    expect(made).toHaveLength(200)
    expect(online()).toBe(0)
  })
})

describe('useCall', () => {
  it('changes only when what it selected has changed', async () => {
    const { create, made } = clients()
    const renders = vi.fn()
    const page = mount(() => {
      provideCall(create)
      const parts = useCall(({ call, roster }) => ({ phase: call.phase, roster }))
      return () => {
        renders()
        return h('p', parts.value.phase)
      }
    })
    made[0]?.mute('audio', true)
    await nextTick()
    expect(renders).toHaveBeenCalledTimes(1)
    made[0]?.call('bob')
    await nextTick()
    expect(page.textContent).toBe('calling')
  })
})

describe('useCallActions and useCallStream', () => {
  it('act on the client, and hear its errors until the component is gone', () => {
    const { create, made } = clients()
    const heard: string[] = []
    mount(() => {
      provideCall(create)
      useCallStream(
        ({ error$ }) => error$,
        ({ code }) => heard.push(code),
      )
      useCallActions().hangUp()
      return () => null
    })
    expect(heard).toEqual(['not-in-call'])
    app?.unmount()
    expect(made[0]?.connection$.value.status).toBe('closed')
  })
})

describe('useBehavior', () => {
  it('shows the value, and the next one', async () => {
    const latest = latestOf('one')
    const page = mount(() => {
      const value = useBehavior(latest.behavior$)
      return () => h('p', value.value)
    })
    latest.next('two')
    await nextTick()
    expect(page.textContent).toBe('two')
  })
})

describe('useElapsed', () => {
  it('counts the seconds since a time, and stops with it', async () => {
    vi.useFakeTimers()
    const since = ref<number | undefined>(Date.now() - 2_000)
    const page = mount(() => {
      const seconds = useElapsed(since)
      return () => h('p', seconds.value)
    })
    vi.advanceTimersByTime(1_000)
    await nextTick()
    expect(page.textContent).toBe('3')
    since.value = undefined
    await nextTick()
    expect(page.textContent).toBe('0')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('vCallStream', () => {
  it('sets the stream once for each stream', async () => {
    const { set, restore } = watchSrcObject()
    const stream = { id: 'a' } as MediaStream
    const shown = ref<MediaStream | null>(stream)
    const title = ref('one')
    mount(() => () => withDirectives(h('video', { title: title.value }), [[vCallStream, shown.value]]))
    title.value = 'two'
    await nextTick()
    shown.value = null
    await nextTick()
    restore()
    expect(set.mock.calls.map(([each]) => each?.id)).toEqual(['a', undefined])
  })
})
