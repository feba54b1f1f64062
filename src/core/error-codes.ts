/**
 * Groups the error codes, for a UI that treats some errors alike:
 *
 * - `misuse`: an action that does not fit the state of the client. Nothing has changed.
 * - `relay`: the connection to the relay, or the relay's answer.
 * - `media`: a camera, a microphone or a shared screen of this side.
 * - `connection`: the peer connection of a call, or WebRTC itself.
 * - `text`: a text that this side sent.
 * - `remote`: the other side, or another client that sent something.
 */
export type CallErrorKind = 'misuse' | 'relay' | 'media' | 'connection' | 'text' | 'remote'

/**
 * Every way in which a call can go wrong. The union is closed, so the compiler checks that a UI has a text for each
 * code.
 *
 * | code | kind | meaning |
 * | --- | --- | --- |
 * | `already-in-call` | misuse | `call` while a call is open; the open call is untouched |
 * | `not-ringing` | misuse | `accept` or `decline` while nothing rings |
 * | `not-in-call` | misuse | `send`, `mute`, `media`, `hold` or `hangUp` while there is no call |
 * | `callers-failed` | misuse | the port `callers` threw, or gave no verdict; the call rings |
 * | `no-device` | media | no camera or no microphone fits the request |
 * | `permission-denied` | media | the user or the system refused camera or microphone |
 * | `device-in-use` | media | the device is there, but another program holds it |
 * | `capture-failed` | media | capturing failed in any other way |
 * | `screen-refused` | media | the user chose no screen, or the system refused to share it |
 * | `device-lost` | media | a camera or microphone that was used in the call is gone |
 * | `remote-media-failed` | remote | the other side could not open camera or microphone |
 * | `no-webrtc` | connection | the browser or platform has no WebRTC: calls can be neither made nor answered |
 * | `connection-failed` | connection | the peer connection failed or broke down |
 * | `connection-timeout` | connection | the call was accepted, but no connection was established in time |
 * | `invalid-ice-server` | connection | an ICE server cannot be used and is left out; the message says which one and why |
 * | `not-supported` | connection | the platform refuses or ignores something that was asked for; `message` says what |
 * | `negotiation-failed` | connection | an offer, answer or candidate could not be applied |
 * | `unreachable` | remote | nobody with that name is connected to the relay |
 * | `name-taken` | relay | another client holds the name |
 * | `invalid-name` | relay | the name is empty, too long or invisible, or contains control, private-use or blank characters |
 * | `relay-unreachable` | relay | the relay does not answer; the connection is retried |
 * | `relay-refused` | relay | the relay refused a message or the connection; `detail.relayCode` says why |
 * | `invalid-message` | remote | a received message is not one of this protocol and was dropped |
 * | `text-too-long` | text | a text is larger than {@link limits.text} |
 * | `text-not-sent` | text | the call ended, or the queue was full, before the text could go out |
 * | `closed` | misuse | an action after `close()`; thrown by the action itself |
 */
export type CallErrorCode = keyof typeof errorKinds

/** The kind of each code. */
export const errorKinds = {
  'already-in-call': 'misuse',
  'not-ringing': 'misuse',
  'not-in-call': 'misuse',
  'callers-failed': 'misuse',
  'no-device': 'media',
  'permission-denied': 'media',
  'device-in-use': 'media',
  'capture-failed': 'media',
  'screen-refused': 'media',
  'device-lost': 'media',
  'remote-media-failed': 'remote',
  'no-webrtc': 'connection',
  'connection-failed': 'connection',
  'connection-timeout': 'connection',
  'invalid-ice-server': 'connection',
  'not-supported': 'connection',
  'negotiation-failed': 'connection',
  unreachable: 'remote',
  'name-taken': 'relay',
  'invalid-name': 'relay',
  'relay-unreachable': 'relay',
  'relay-refused': 'relay',
  'invalid-message': 'remote',
  'text-too-long': 'text',
  'text-not-sent': 'text',
  closed: 'misuse',
} as const satisfies Record<string, CallErrorKind>
