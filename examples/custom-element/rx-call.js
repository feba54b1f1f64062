// @ts-check
import { createCallClient, isOpen } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { socketIoSignaling } from 'rxcall/socket.io'

/** `<rx-call name="alice">`: a whole call. It is online while it is in the document. */
class RxCall extends HTMLElement {
  connectedCallback() {
    const name = this.getAttribute('name') ?? new URLSearchParams(location.search).get('name')
    if (name === null) return
    const client = createCallClient({
      signaling: socketIoSignaling({ name }),
      peer: nativePeer(),
      media: browserMedia(),
    })
    this.close = () => client.close()
    this.innerHTML = `
      <p role="status"></p><p role="alert"></p>
      <video aria-label="Remote video" autoplay playsinline></video>
      <video aria-label="Local video" autoplay playsinline></video>
      <div></div><ul></ul>
      <form hidden><input name="text" aria-label="Message" required /> <button>Send</button></form>`
    const [status, alert] = this.querySelectorAll('p')
    const [remote, local] = this.querySelectorAll('video')
    const [buttons, list, form] = [
      this.querySelector('div'),
      this.querySelector('ul'),
      this.querySelector('form'),
    ]
    if (!status || !alert || !remote || !local || !buttons || !list || !form) return
    local.muted = true
    /** @type {(label: string, onclick: () => void) => HTMLButtonElement} */
    const button = (label, onclick) =>
      Object.assign(document.createElement('button'), { textContent: label, onclick })
    form.onsubmit = (event) => {
      event.preventDefault()
      client.send(String(new FormData(form).get('text')))
      form.reset()
    }
    client.error$.subscribe(({ message }) => (alert.textContent = message))
    client.remoteStream$.subscribe((stream) => (remote.srcObject = stream))
    client.localStream$.subscribe((stream) => (local.srcObject = stream))
    client.messages$.subscribe((messages) => {
      const items = messages.map(({ from, text }) =>
        Object.assign(document.createElement('li'), { textContent: `${from}: ${text}` }),
      )
      list.replaceChildren(...items)
    })
    client.snapshot$.subscribe(({ call, roster, recovery, localMedia }) => {
      const isMuted = localMedia?.audio === 'muted'
      const who = call.phase === 'idle' ? '' : call.remote.user
      status.textContent = `${call.phase} ${who}${recovery ? ' The connection is being repaired.' : ''}`
      form.hidden = !isOpen(call)
      buttons.replaceChildren(
        ...(call.phase === 'ringing'
          ? [button('Accept', () => client.accept()), button('Decline', client.decline)]
          : []),
        ...(isOpen(call) && call.phase !== 'ringing' ? [button('Hang up', client.hangUp)] : []),
        ...(localMedia ? [button(isMuted ? 'Unmute' : 'Mute', () => client.mute('audio', !isMuted))] : []),
        ...(isOpen(call) ? [] : roster.map((user) => button(`Call ${user}`, () => client.call(user)))),
      )
    })
  }

  disconnectedCallback() {
    this.close?.()
  }

  /** @type {(() => void) | undefined} */
  close
}

customElements.define('rx-call', RxCall)
