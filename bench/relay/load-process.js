import process from 'node:process'
import { callMessages } from './call-messages.js'
import { openClient, randomId } from './client.js'

// Runs clients in a separate process. It obeys these commands:
// { connect: { kind, ports, count } }   connects `count` clients, in turn on each port; answers when all are welcomed
// { messages: { total } }               each sends to its partner, one message at a time; answers when all are accepted and delivered
// { close: {} }

/** @typedef {{ name: string, party: string, send: (id: number, message: object) => void, close: () => void }} Client */

/** @type {Client[]} */
let clients = []
let delivered = 0
let receipts = 0
/** @type {(index: number) => void} */
let taken = () => {}
/** @type {() => void} */
let progressed = () => {}

const asked = {
  /** @param {{ kind: string, ports: readonly number[], count: number }} options */
  async connect({ kind, ports, count }) {
    // A hundred at a time, because more would overflow a queue of the system.
    for (let from = 0; from < count; from += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, count - from) }, (_, i) => connectOne(kind, ports, from + i)),
      )
    }
  },

  /** @param {{ total: number }} options */
  messages: ({ total }) =>
    new Promise((resolve) => {
      delivered = receipts = 0
      let sent = 0
      const scripts = clients.map((_, i) => {
        const { name, party } = /** @type {Client} */ (clients[partnerOf(i)])
        return callMessages({ user: name, party })
      })
      const counts = clients.map(() => 0)
      taken = (index) => {
        if (sent >= total) return
        const script = scripts[index] ?? []
        const n = counts[index] ?? 0
        counts[index] = n + 1
        sent += 1
        clients[index]?.send(n, script[n % script.length] ?? {})
      }
      progressed = () => {
        if (receipts >= total && delivered >= total) resolve(undefined)
      }
      clients.forEach((_, index) => taken(index))
    }),

  close() {
    for (const client of clients) client.close()
    clients = []
  },
}

/**
 * Returns the partner of a client. On two nodes connections alternate between the nodes. So half of the pairs are split
 * (0 and 1), and half are not (4 and 6).
 *
 * @type {(index: number) => number}
 */
function partnerOf(index) {
  const base = index - (index % 8)
  return base + Number([1, 0, 3, 2, 6, 7, 4, 5][index % 8])
}

/** @type {(kind: string, ports: readonly number[], index: number) => Promise<void>} */
function connectOne(kind, ports, index) {
  return new Promise((resolve, reject) => {
    const claim = { name: `user ${index}`, party: randomId(), secret: randomId() }
    const client = openClient(kind, ports[index % ports.length] ?? 0, claim, {
      welcomed: resolve,
      receipt() {
        receipts += 1
        taken(index)
        progressed()
      },
      refused: (frame) => reject(new Error(`refused: ${frame}`)),
      message() {
        delivered += 1
        progressed()
      },
      closed: () => reject(new Error('the connection was closed')),
    })
    clients[index] = { ...claim, ...client }
  })
}

/** @param {Record<string, never>} question */
async function answer(question) {
  for (const [name, options] of Object.entries(question))
    await asked[/** @type {keyof typeof asked} */ (name)](options)
  process.send?.({ done: true })
}

process.on('message', (/** @type {Record<string, never>} */ question) => void answer(question))
process.on('disconnect', () => process.exit())
