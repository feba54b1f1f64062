import { createElement, StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { CallProvider, useCall } from 'rxcall/react'
import { socketIoSignaling } from 'rxcall/socket.io'

/** What the test does with the page. */
export interface Mounting {
  mount(): void
  unmount(): void
}

declare global {
  var mounting: Mounting
}

const create = () =>
  createCallClient({
    signaling: socketIoSignaling({ name: 'alice' }),
    peer: nativePeer(),
    media: browserMedia(),
  })

const Status = () =>
  createElement(
    'p',
    { role: 'status' },
    useCall(({ connection }) => connection.status),
  )

let root: Root | undefined
globalThis.mounting = {
  mount() {
    const container = document.querySelector('#app')
    if (!container) throw new Error('the page has no place for the application')
    root = createRoot(container)
    root.render(
      createElement(StrictMode, null, createElement(CallProvider, { create }, createElement(Status))),
    )
  },
  unmount: () => root?.unmount(),
}
