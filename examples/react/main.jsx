// @ts-check
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createCallClient, isOpen } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { CallProvider, useCall, useCallActions, useCallStream, useElapsed, useVideo } from 'rxcall/react'
import { socketIoSignaling } from 'rxcall/socket.io'

const name = new URLSearchParams(location.search).get('name') ?? prompt('Your name') ?? 'nobody'
const create = () =>
  createCallClient({ signaling: socketIoSignaling({ name }), peer: nativePeer(), media: browserMedia() })

function Call() {
  const { call, roster, recovery, localMedia, localStream, remoteStream } = useCall()
  const { call: callUser, accept, decline, hangUp, mute } = useCallActions()
  const seconds = useElapsed(call.phase === 'connected' ? call.since : undefined)
  const [error, setError] = useState('')
  useCallStream(
    ({ error$ }) => error$,
    ({ message }) => setError(message),
  )
  const [isRinging, isMuted] = [call.phase === 'ringing', localMedia?.audio === 'muted']
  const who = call.phase === 'idle' ? '' : call.remote.user
  return (
    <>
      <p role="status">{`${call.phase} ${who} ${seconds} s ${recovery ? 'The connection is being repaired.' : ''}`}</p>
      <p role="alert">{error}</p>
      <video ref={useVideo(remoteStream)} aria-label="Remote video" autoPlay playsInline />
      <video ref={useVideo(localStream)} aria-label="Local video" autoPlay playsInline muted />
      {isRinging && <button onClick={() => accept()}>Accept</button>}
      {isRinging && <button onClick={decline}>Decline</button>}
      {isOpen(call) && !isRinging && <button onClick={hangUp}>Hang up</button>}
      {localMedia && <button onClick={() => mute('audio', !isMuted)}>{isMuted ? 'Unmute' : 'Mute'}</button>}
      {roster.map((user) => (
        <button key={user} disabled={isOpen(call)} onClick={() => callUser(user)}>{`Call ${user}`}</button>
      ))}
      {isOpen(call) && <Chat />}
    </>
  )
}

function Chat() {
  const messages = useCall((state) => state.messages)
  const { send } = useCallActions()
  return (
    <form action={(/** @type {FormData} */ form) => void send(form.get('text')?.toString() ?? '')}>
      {messages.map(({ id, from, text }) => (
        <p key={id}>{`${from}: ${text}`}</p>
      ))}
      <input name="text" aria-label="Message" required />
      <button>Send</button>
    </form>
  )
}

const root = document.querySelector('#app')
if (root) createRoot(root).render(<CallProvider create={create} children={<Call />} />)
