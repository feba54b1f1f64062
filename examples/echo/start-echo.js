// @ts-check
import { isOpen } from 'rxcall'
import { socketIoSignaling } from 'rxcall/socket.io'
import { merge } from 'rxjs'
import { createEchoClient } from './echo-client.js'
import { createSwitchboard } from './switchboard.js'

/**
 * @typedef {object} EchoOptions
 * @property {string} url Where the relay is.
 * @property {string} [name] The name that others call it by; Echo by default.
 * @property {number} [maxCalls] Calls at once, 16 by default. Further callers find Echo busy.
 */

/**
 * @typedef {object} Echo
 * @property {import('rxjs').Observable<import('rxcall').ConnectionState>} connection$
 * @property {import('rxjs').Observable<import('rxcall').CallState>} state$ The states of all calls, each as it changes.
 * @property {() => void} close Hangs up every call and leaves.
 */

/**
 * Connects to the relay and answers every call, up to `maxCalls` at once. A caller who crashed can call again at once.
 * The old call only occupies one client until its connection is given up.
 *
 * @param {EchoOptions} options
 * @returns {Echo}
 */
export function startEcho({ url, name = 'Echo', maxCalls = 16 }) {
  /**
   * The call state of each client, in the order of the latest change.
   *
   * @type {Map<number, import('rxcall').CallState>}
   */
  const states = new Map()

  /**
   * A new call goes to the client that has been free for longest. A client whose call has just ended may still get
   * messages about it.
   *
   * @param {unknown} callId
   */
  const clientFor = (callId) => {
    const all = [...states]
    const has = all.find(([, state]) => state.phase !== 'idle' && state.callId === callId)
    const free = all.find(([, state]) => !isOpen(state))
    return (has ?? free)?.[0] ?? 0
  }

  const portOf = createSwitchboard(socketIoSignaling({ url, name, outsideBrowser: true }), clientFor)

  /** @param {number} number */
  const open = (number) => {
    const client = createEchoClient(portOf(number))
    client.state$.subscribe((state) => {
      states.delete(number)
      states.set(number, state)
    })
    return client
  }
  const first = open(0)
  const clients = [first, ...Array.from({ length: maxCalls - 1 }, (_, number) => open(number + 1))]

  return {
    connection$: first.connection$,
    state$: merge(...clients.map(({ state$ }) => state$)),
    close: () => clients.forEach((client) => client.close()),
  }
}
