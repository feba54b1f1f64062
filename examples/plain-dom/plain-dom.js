// @ts-check
import { createCallClient } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { simplePeer } from 'rxcall/simple-peer'
import { socketIoSignaling } from 'rxcall/socket.io'

/** @type {<E extends HTMLElement>(id: string, type: new () => E) => E} */
const element = (id, type) => {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`the page has no ${type.name} #${id}`)
}
/** @type {(id: string, visible: boolean) => void} */
const show = (id, visible) => void (element(id, HTMLElement).hidden = !visible)
/** @type {(tag: string, properties: Partial<HTMLElement>) => HTMLElement} */
const create = (tag, properties) => Object.assign(document.createElement(tag), properties)

const error = element('error', HTMLElement)
document.addEventListener('click', () => (error.textContent = ''), { capture: true })
/** @type {Map<HTMLVideoElement, MediaStream | null>} */
const blocked = new Map()
element('play', HTMLElement).onclick = () => blocked.forEach((stream, video) => play(video, stream))

const name = new URLSearchParams(location.search).get('name')
show(name === null ? 'join' : 'client', true)
if (name !== null) {
  join(name)
  // A page from the back/forward cache still has its closed client.
  addEventListener('pageshow', ({ persisted }) => persisted && join(name))
}

/** @param {string} name */
function join(name) {
  // The demo serves this page two folders below its root, and a proxy may serve that root from a folder.
  const signaling = socketIoSignaling({ name, path: new URL('../../socket.io', location.href).pathname })
  const client = createCallClient({ signaling, peer: simplePeer(), media: browserMedia() })

  client.state$.subscribe((state) => {
    const who = state.phase === 'idle' ? '' : ` ${state.remote.user}`
    const why = state.phase === 'ended' ? ` (${state.reason})` : ''
    element('status', HTMLElement).textContent = state.phase + who + why
    for (const id of ['accept', 'decline']) show(id, state.phase === 'ringing')
    for (const id of ['hang-up', 'chat']) show(id, !['idle', 'ringing', 'ended'].includes(state.phase))
  })
  client.roster$.subscribe((users) => {
    const buttons = users.map((user) =>
      create('button', { textContent: `Call ${user}`, onclick: () => client.call(user) }),
    )
    element('roster', HTMLElement).replaceChildren(...buttons)
  })
  client.localStream$.subscribe((stream) => play(element('local', HTMLVideoElement), stream))
  client.remoteStream$.subscribe((stream) => play(element('remote', HTMLVideoElement), stream))
  client.messages$.subscribe((messages) => {
    const items = messages.map(({ from, text }) => create('li', { textContent: `${from}: ${text}` }))
    element('messages', HTMLElement).replaceChildren(...items)
  })
  client.error$.subscribe(({ message }) => (error.textContent = message))

  element('accept', HTMLElement).onclick = () => client.accept()
  element('decline', HTMLElement).onclick = () => client.decline()
  element('hang-up', HTMLElement).onclick = () => client.hangUp()
  element('chat', HTMLElement).onsubmit = (event) => {
    event.preventDefault()
    client.send(element('text', HTMLInputElement).value)
    element('text', HTMLInputElement).value = ''
  }
  addEventListener('pagehide', () => client.close(), { once: true })
}

/**
 * Plays a stream, or nothing. A browser may refuse until the user has touched the page. Then a button appears.
 *
 * @param {HTMLVideoElement} video
 * @param {MediaStream | null} stream
 */
function play(video, stream) {
  video.srcObject = stream
  blocked.delete(video)
  show('blocked', blocked.size > 0)
  // It also fails when another stream replaces this one, which needs no button.
  video.play().catch((/** @type {unknown} */ reason) => {
    const isRefused = reason instanceof DOMException && reason.name === 'NotAllowedError'
    if (!isRefused || video.srcObject !== stream) return
    blocked.set(video, stream)
    show('blocked', true)
  })
}
