// @ts-check
import { createCallClient, isOpen } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { socketIoSignaling } from 'rxcall/socket.io'

const content = `
  <p role="status"></p><p role="alert"></p>
  <video aria-label="Remote video" autoplay playsinline></video>
  <video aria-label="Local video" autoplay playsinline muted></video>
  <div></div><pre></pre>
  <form hidden><input name="text" aria-label="Message" required /> <button>Send</button></form>`

/** `<rx-call name="alice">`: a complete call. It is online while it is in the document. */
class RxCall extends HTMLElement {
  connectedCallback() {
    const client = createCallClient({
      signaling: socketIoSignaling({ name: this.getAttribute('name') ?? 'nobody' }),
      peer: nativePeer(),
      media: browserMedia(),
    })
    this.disconnectedCallback = () => client.close()
    this.innerHTML = content
    const [status, alert] = this.querySelectorAll('p')
    const [remote, local] = this.querySelectorAll('video')
    const [buttons, chat, form] = this.querySelectorAll('div, pre, form')
    if (!status || !alert || !remote || !local || !buttons || !chat || !(form instanceof HTMLFormElement))
      return

    form.onsubmit = (event) => {
      event.preventDefault()
      const text = new FormData(form).get('text')
      if (typeof text === 'string') client.send(text)
      form.reset()
    }
    client.error$.subscribe(({ message }) => (alert.textContent = message))
    client.remoteStream$.subscribe((stream) => (remote.srcObject = stream))
    client.localStream$.subscribe((stream) => (local.srcObject = stream))
    client.messages$.subscribe((messages) => {
      chat.textContent = messages.map(({ from, text }) => `${from}: ${text}`).join('\n')
    })
    client.snapshot$.subscribe(({ call, roster, recovery, localMedia }) => {
      const isMuted = localMedia?.audio === 'muted'
      const who = call.phase === 'idle' ? '' : call.remote.user
      status.textContent = `${call.phase} ${who} ${recovery ? 'The connection is being repaired.' : ''}`
      form.hidden = !isOpen(call)
      buttons.replaceChildren(
        ...(call.phase === 'ringing' ? [button('Accept', () => client.accept())] : []),
        ...(isOpen(call)
          ? [button(call.phase === 'ringing' ? 'Decline' : 'Hang up', () => client.hangUp())]
          : []),
        ...(localMedia ? [button(isMuted ? 'Unmute' : 'Mute', () => client.mute('audio', !isMuted))] : []),
        ...(isOpen(call) ? [] : roster.map((user) => button(`Call ${user}`, () => client.call(user)))),
      )
    })
  }

  disconnectedCallback() {}
}

/** @type {(label: string, onclick: () => void) => HTMLButtonElement} */
const button = (label, onclick) =>
  Object.assign(document.createElement('button'), { textContent: label, onclick })

customElements.define('rx-call', RxCall)
