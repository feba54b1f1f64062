import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

/**
 * The wire format of a relay, in both directions.
 *
 * @typedef {object} Wire
 * @property {string} path
 * @property {(claim: Claim, send: (frame: string) => void, frame: string) => boolean} greet Handles each frame up to
 *   the welcome. Returns true for the welcome.
 * @property {(id: number, message: object) => string} message
 * @property {(frame: string) => number | undefined} receipt The id of the message that a receipt is for.
 * @property {(frame: string) => boolean} isMessage
 */

/** @typedef {{ name: string, party: string, secret: string }} Claim */

/** @type {Wire} */
const socketIo = {
  path: '/socket.io/?EIO=4&transport=websocket',
  greet(claim, send, frame) {
    if (frame.startsWith('0')) send(`40${JSON.stringify(claim)}`)
    return frame.startsWith('40')
  },
  message: (id, message) => `42${id}["message",${JSON.stringify(message)}]`,
  receipt(frame) {
    const [, id] = /^43(\d+)\[\{"ok":true/.exec(frame) ?? []
    return id === undefined ? undefined : Number(id)
  },
  isMessage: (frame) => frame.startsWith('42["message"'),
}

/** @type {Wire} */
const webSocket = {
  path: '/',
  greet: (_claim, _send, frame) => frame === '{"welcome":true}',
  message: (id, message) => JSON.stringify({ id, message }),
  receipt(frame) {
    const [, id] = /^\{"id":(\d+),"ok":true/.exec(frame) ?? []
    return id === undefined ? undefined : Number(id)
  },
  isMessage: (frame) => frame.startsWith('{"message"'),
}

/** @type {Record<string, Wire>} */
const wires = {
  rxcall: {
    ...socketIo,
    greet(claim, send, frame) {
      socketIo.greet(claim, send, frame)
      return frame.startsWith('42["welcome"')
    },
  },
  'socket.io': socketIo,
  ws: webSocket,
}

export const randomId = () => randomBytes(16).toString('hex')

/**
 * @typedef {object} ClientEvents
 * @property {() => void} welcomed
 * @property {(id: number) => void} [receipt] The relay accepted a message.
 * @property {(frame: string) => void} [refused] The relay refused a message.
 * @property {(frame: string) => void} [message] A message has arrived.
 * @property {() => void} [closed]
 */

/**
 * A minimal client of such a relay, so that the load generator costs little compared with the relay.
 *
 * @param {string} kind
 * @param {number} port
 * @param {Claim} claim
 * @param {ClientEvents} events
 */
export function openClient(kind, port, claim, events) {
  const wire = wires[kind]
  if (!wire) throw new Error(`unknown relay: ${kind}`)
  const socket = new WebSocket(`ws://127.0.0.1:${port}${wire.path}`, { perMessageDeflate: false })
  const send = (/** @type {string} */ frame) => socket.send(frame)
  let welcomed = false
  if (kind === 'ws') socket.once('open', () => send(JSON.stringify(claim)))
  socket.on('message', (/** @type {Buffer} */ data) => {
    const frame = data.toString()
    if (frame === '2') return send('3')
    if (!welcomed) {
      welcomed = wire.greet(claim, send, frame)
      if (welcomed) events.welcomed()
      return
    }
    if (wire.isMessage(frame)) return events.message?.(frame)
    const id = wire.receipt(frame)
    if (id !== undefined) events.receipt?.(id)
    else if (frame.startsWith('43')) events.refused?.(frame)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => events.closed?.())
  return {
    send: (/** @type {number} */ id, /** @type {object} */ message) => send(wire.message(id, message)),
    close: () => socket.terminate(),
  }
}
