// @ts-check
import { useState } from 'react'
import { createCallClient, isOpen } from 'rxcall'
import { browserMedia } from 'rxcall/browser-media'
import { nativePeer } from 'rxcall/native-peer'
import { CallProvider, useCall, useCallActions, useCallStream, useElapsed, useVideo } from 'rxcall/react'
import { socketIoSignaling } from 'rxcall/socket.io'

const name = new URLSearchParams(location.search).get('name')
const create = () =>
  createCallClient({
    signaling: socketIoSignaling({ name: name ?? '' }),
    peer: nativePeer(),
    media: browserMedia(),
  })

export function App() {
  if (name === null)
    return (
      <form>
        <label>
          Your name <input name="name" required />
        </label>
        <button>Join</button>
      </form>
    )
  return (
    <CallProvider create={create}>
      <Call />
    </CallProvider>
  )
}

function Call() {
  const { call, roster, recovery, localMedia, localStream, remoteStream } = useCall()
  const { call: callUser, accept, decline, hangUp, mute } = useCallActions()
  const seconds = useElapsed(call.phase === 'connected' ? call.since : undefined)
  const [error, setError] = useState('')
  useCallStream(
    ({ error$ }) => error$,
    ({ message }) => setError(message),
  )
  const isMuted = localMedia?.audio === 'muted'
  return (
    <>
      <p role="status">
        {call.phase} {call.phase !== 'idle' && call.remote.user}{' '}
        {call.phase === 'connected' && `${seconds} s`}
        {recovery && ' The connection is being repaired.'}
      </p>
      <p role="alert">{error}</p>
      <video ref={useVideo(remoteStream)} aria-label="Remote video" autoPlay playsInline />
      <video ref={useVideo(localStream)} aria-label="Local video" autoPlay playsInline muted />
      {call.phase === 'ringing' && <button onClick={() => accept()}>Accept</button>}
      {call.phase === 'ringing' && <button onClick={decline}>Decline</button>}
      {isOpen(call) && call.phase !== 'ringing' && <button onClick={hangUp}>Hang up</button>}
      {localMedia && <button onClick={() => mute('audio', !isMuted)}>{isMuted ? 'Unmute' : 'Mute'}</button>}
      {!isOpen(call) &&
        roster.map((user) => (
          <button key={user} onClick={() => callUser(user)}>
            Call {user}
          </button>
        ))}
      <Chat />
    </>
  )
}

function Chat() {
  const [isOpenCall, messages] = useCall(({ call, messages }) => [isOpen(call), messages])
  const { send } = useCallActions()
  /** @param {FormData} form */
  const submit = (form) => void send(String(form.get('text')))
  return (
    <>
      <ul>
        {messages.map(({ id, from, text }) => (
          <li key={id}>
            {from}: {text}
          </li>
        ))}
      </ul>
      {isOpenCall && (
        <form action={submit}>
          <input name="text" aria-label="Message" required />
          <button>Send</button>
        </form>
      )}
    </>
  )
}
