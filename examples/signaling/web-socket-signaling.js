// @ts-check
import { CallError } from 'rxcall'
import { defer, Observable, retry, timer } from 'rxjs'

/**
 * Signaling over a plain WebSocket, to a server such as `web-socket-relay.js`. Each frame is a JSON text. Reconnects
 * after a loss. Refuses messages that are sent while it is offline.
 *
 * @param {{ url: string, name: string, WebSocket?: typeof globalThis.WebSocket }} options
 * @returns {import('rxcall').SignalingPort}
 */
export function webSocketSignaling({ url, name, WebSocket = globalThis.WebSocket }) {
  const party = crypto.randomUUID().replaceAll('-', '')
  return {
    connect: (outgoing$) =>
      new Observable((subscriber) => {
        /** @type {WebSocket | undefined} */
        let online
        subscriber.add(
          outgoing$.subscribe({
            next(message) {
              const error = new CallError('relay-unreachable', 'the WebSocket is not open')
              if (online) online.send(JSON.stringify(message))
              else subscriber.next({ type: 'refused', message, error })
            },
            error: () => undefined,
          }),
        )
        const socket$ = defer(() => {
          subscriber.next({ type: 'connecting', user: name })
          return socketEvents(new WebSocket(`${url}?${new URLSearchParams({ name, party }).toString()}`))
        })
        return socket$.pipe(retry({ delay: () => timer(1_000) })).subscribe(({ socket, event }) => {
          if (event.type === 'online') online = socket
          if (event.type === 'closed') online = undefined
          else if (event.type !== 'refused') subscriber.next(event)
          else
            subscriber.next({
              ...event,
              error: new CallError('unreachable', `${event.message.to.user} is not there`),
            })
        })
      }),
  }
}

/**
 * The events of the server, and `closed` for its socket. Its `refused` events have no error.
 *
 * @typedef {Exclude<import('rxcall').SignalingEvent, { type: 'refused' }>
 *   | { type: 'refused', message: import('rxcall').OutgoingMessage }
 *   | { type: 'closed' }} SocketEvent
 */

/**
 * Emits the events of a socket. Errors when the socket closes, so that the caller reopens it.
 *
 * @param {WebSocket} socket
 * @returns {Observable<{ socket: WebSocket, event: SocketEvent }>}
 */
const socketEvents = (socket) =>
  new Observable((subscriber) => {
    socket.onmessage = ({ data }) => subscriber.next({ socket, event: JSON.parse(String(data)) })
    socket.onclose = () => {
      subscriber.next({ socket, event: { type: 'closed' } })
      subscriber.error(new Error('closed'))
    }
    return () => socket.close()
  })
