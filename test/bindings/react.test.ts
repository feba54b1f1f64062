import { act, createElement, StrictMode, useEffect, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  CallProvider,
  useBehavior,
  useCall,
  useCallActions,
  useCallStream,
  useElapsed,
  useVideo,
} from '../../src/bindings/react.ts'
import type { CallClient } from '../../src/core/index.ts'
import { latestOf } from '../../src/core/rx/behavior.ts'
import { clients } from './support/clients.ts'
import { watchSrcObject } from './support/src-object.ts'

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true)

let root: Root
let container: HTMLElement
beforeEach(() => {
  vi.useFakeTimers()
  container = document.createElement('div')
  root = createRoot(container)
})
afterEach(() => {
  act(() => root.unmount())
  vi.useRealTimers()
})

const pass = () =>
  act(() => {
    vi.runAllTimers()
  })
const render = (node: ReactNode) => act(() => root.render(node))
const provided = (create: () => CallClient, ...children: ReactNode[]) =>
  createElement(CallProvider, { create }, ...children)

/** Shows the phase, and counts how often it renders. */
function phaseView() {
  let renders = 0
  const Phase = () => {
    renders++
    const { phase } = useCall(({ call }) => call)
    return createElement('p', null, phase)
  }
  return { Phase, renders: () => renders }
}

describe('CallProvider', () => {
  it('makes one client and closes it, also under StrictMode', () => {
    const { create, made } = clients()
    const { Phase } = phaseView()
    render(createElement(StrictMode, null, provided(create, createElement(Phase))))
    expect(made).toHaveLength(1)
    act(() => root.render(null))
    expect(made[0]?.connection$.value.status).not.toBe('closed')
    pass()
    expect(made.map(({ connection$ }) => connection$.value.status)).toEqual(['closed'])
  })

  it('makes another client for another key', () => {
    const { create, made } = clients()
    for (const key of ['alice', 'bob']) render(createElement(CallProvider, { create, key }))
    pass()
    expect(made.map(({ connection$ }) => connection$.value.status === 'closed')).toEqual([true, false])
  })

  it('connects nothing while a server renders', () => {
    const { create, made } = clients()
    const { Phase } = phaseView()
    expect(renderToString(provided(create, createElement(Phase)))).toBe('<p>idle</p>')
    expect(made).toEqual([])
  })

  it('has a client when the effects of its children run', () => {
    const { create, made } = clients()
    const Caller = () => {
      const { call } = useCallActions()
      useEffect(() => call('bob'), [call])
      return null
    }
    render(provided(create, createElement(Caller)))
    expect(made[0]?.state$.value).toMatchObject({ phase: 'calling', remote: { user: 'bob' } })
  })

  it('says what to do without a provider, and before there is a client', () => {
    const failing = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { Phase } = phaseView()
    expect(() => render(createElement(Phase))).toThrow('put a CallProvider around this component')
    const Early = () => {
      useCallActions().hangUp()
      return null
    }
    expect(() => renderToString(provided(clients().create, createElement(Early)))).toThrow('no client yet')
    failing.mockRestore()
  })

  it('loses no client, name or subscription in 200 mounts under StrictMode', () => {
    const { create, made, online } = clients()
    const { Phase } = phaseView()
    for (let mount = 0; mount < 200; mount++) {
      render(createElement(StrictMode, null, provided(create, createElement(Phase))))
      act(() => root.render(null))
      pass()
    }
    expect(made).toHaveLength(200)
    expect(online()).toBe(0)
  })
})

describe('useCall', () => {
  it('renders only when what it selected has changed', () => {
    const { create, made } = clients()
    const { Phase, renders } = phaseView()
    const whole = vi.fn()
    const Parts = () => {
      whole(useCall(({ call, roster }) => ({ phase: call.phase, roster })))
      return null
    }
    render(provided(create, createElement(Phase), createElement(Parts)))
    const [before, seen] = [renders(), whole.mock.calls.length]
    act(() => made[0]?.mute('audio', true))
    act(() => made[0]?.hangUp())
    expect([renders(), whole.mock.calls.length]).toEqual([before, seen])
    act(() => made[0]?.call('bob'))
    expect(container.textContent).toBe('calling')
    expect(whole).toHaveBeenLastCalledWith({ phase: 'calling', roster: [] })
  })
})

describe('useCallStream', () => {
  it('hears every error, with the latest function', () => {
    const { create, made } = clients()
    const heard: string[] = []
    const Listener = ({ tag }: { readonly tag: string }) => {
      useCallStream(
        ({ error$ }) => error$,
        ({ code }) => heard.push(`${tag} ${code}`),
      )
      return null
    }
    for (const tag of ['first', 'second']) {
      render(provided(create, createElement(Listener, { tag })))
      act(() => made[0]?.[tag === 'first' ? 'decline' : 'hangUp']())
    }
    expect(heard).toEqual(['first not-ringing', 'second not-in-call'])
  })
})

describe('useBehavior', () => {
  it('shows the value, and the next one', () => {
    const latest = latestOf('one')
    const Value = () => createElement('p', null, useBehavior(latest.behavior$))
    render(createElement(Value))
    act(() => latest.next('two'))
    expect(container.textContent).toBe('two')
  })
})

describe('useElapsed', () => {
  it('counts the seconds since a time, and stops with it', () => {
    const Clock = ({ since }: { readonly since: number | undefined }) =>
      createElement('p', null, useElapsed(since))
    render(createElement(Clock, { since: Date.now() - 2_000 }))
    act(() => {
      vi.advanceTimersByTime(1_000)
    })
    expect(container.textContent).toBe('3')
    render(createElement(Clock, { since: undefined }))
    expect(container.textContent).toBe('0')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('useVideo', () => {
  it('sets the stream once for each stream', () => {
    const { set, restore } = watchSrcObject()
    const Video = ({ stream }: { readonly stream: MediaStream | null }) =>
      createElement('video', { ref: useVideo(stream) })
    const stream = { id: 'a' } as MediaStream
    for (const each of [stream, stream, null]) render(createElement(Video, { stream: each }))
    restore()
    expect(set.mock.calls).toEqual([[stream], [null]])
  })
})
