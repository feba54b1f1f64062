import process from 'node:process'
import { openClient, randomId } from './client.js'

// Runs pairs of clients in a separate process. They reconnect whenever they lose their relay, as the library's client does. Each
// sends numbered messages. After a reconnection it repeats what its partner has not acknowledged, as the protocol says.
// { connect: { port, count } }  answers when all are welcomed
// { watch: {} }                 from now on notes when all clients have lost the relay and are back
// { back: {} }                  answers when all are back, with the milliseconds since `watch`
// { finish: {} }                sends nothing new; answers when everything is acknowledged, with the counts

/** Messages per second, of all clients together. */
const perSecond = 500
/** The waits before each reconnection in milliseconds, and their random share: those of the library's client. */
const [waits, jitter] = [[0, 300, 1200, 2700, 4800, 7000], 0.3]
/** Milliseconds after which an unacknowledged message is repeated. */
const repeatMs = 5000

/** @typedef {{ receipt: boolean, times: number, sentAt: number }} Sent */
/** @typedef {{ claim: import('./client.js').Claim, online: boolean, lost: boolean, failures: number, send: (id: number, message: object) => void, unacknowledged: Map<number, Sent>, received: Set<number> }} Client */

/** @type {Client[]} */
const clients = []
let next = 0
let timer = setTimeout(() => undefined)
let [sent, repeated, taken, twice, watchedAt] = [0, 0, 0, 0, 0]
let check = () => {}

/** @type {(index: number) => Client} */
const at = (index) => /** @type {Client} */ (clients[index])
/** @type {(index: number) => number} */
const partnerOf = (index) => index ^ 1

/** @type {(index: number, port: number, welcomed?: () => void) => void} */
function connect(index, port, welcomed = () => undefined) {
  const client = at(index)
  const { send } = openClient('rxcall', port, client.claim, {
    welcomed() {
      client.online = true
      client.failures = 0
      for (const seq of client.unacknowledged.keys()) transmit(index, seq)
      welcomed()
      check()
    },
    receipt(seq) {
      const message = client.unacknowledged.get(seq)
      if (message && !message.receipt) {
        message.receipt = true
        taken++
      }
    },
    message(frame) {
      const [, type, seq] = /"type":"(renegotiate|ack)".*?"seq":(\d+)/.exec(frame) ?? []
      if (type === 'ack') {
        client.unacknowledged.delete(Number(seq))
        check()
        return
      }
      if (client.received.has(Number(seq))) twice++
      client.received.add(Number(seq))
      client.send(0, messageTo(index, 'ack', { body: { seq: Number(seq) } }))
    },
    closed() {
      client.online = false
      client.lost = true
      setTimeout(
        () => connect(index, port, welcomed),
        (waits[client.failures++] ?? 7000) * (1 + jitter * Math.random()),
      )
    },
  })
  client.send = send
}

/** @type {(index: number, type: string, rest: object) => object} */
function messageTo(index, type, rest) {
  const { name: user, party } = at(partnerOf(index)).claim
  return { v: 1, type, callId: '0'.repeat(32), to: { user, party }, ...rest }
}

/** @type {(index: number, seq: number) => void} */
function transmit(index, seq) {
  const client = at(index)
  const message = client.unacknowledged.get(seq)
  if (!message || !client.online) return
  if (message.times++ > 0) repeated++
  message.sentAt = performance.now()
  client.send(seq, messageTo(index, 'renegotiate', { body: {}, seq }))
}

function sendOne() {
  const index = next++ % clients.length
  sent++
  at(index).unacknowledged.set(sent, { receipt: false, times: 0, sentAt: performance.now() })
  transmit(index, sent)
}

/** @type {(isDone: () => boolean) => Promise<void>} */
const until = (isDone) =>
  new Promise((resolve) => {
    check = () => {
      if (!isDone()) return
      check = () => {}
      resolve()
    }
    check()
  })

const asked = {
  /** @param {{ port: number, count: number }} options */
  async connect({ port, count }) {
    for (let from = 0; from < count; from += 100) {
      const group = Array.from({ length: Math.min(100, count - from) }, (_, i) => from + i)
      await Promise.all(
        group.map((index) => {
          const claim = { name: `user ${index}`, party: randomId(), secret: randomId() }
          const send = () => undefined
          clients[index] = {
            claim,
            online: false,
            lost: false,
            failures: 0,
            send,
            unacknowledged: new Map(),
            received: new Set(),
          }
          return new Promise((resolve) => connect(index, port, () => resolve(undefined)))
        }),
      )
    }
    timer = setInterval(() => {
      for (let i = 0; i < perSecond / 20; i++) sendOne()
    }, 50)
    setInterval(() => {
      const late = performance.now() - repeatMs
      clients.forEach(({ unacknowledged }, index) => {
        for (const [seq, { sentAt }] of unacknowledged) if (sentAt < late) transmit(index, seq)
      })
    }, 1000)
    return {}
  },

  watch() {
    for (const client of clients) client.lost = false
    watchedAt = performance.now()
    return {}
  },

  async back() {
    await until(() => clients.every(({ lost, online }) => lost && online))
    return { ms: performance.now() - watchedAt }
  },

  async finish() {
    clearInterval(timer)
    await Promise.race([
      until(() => clients.every(({ unacknowledged }) => unacknowledged.size === 0)),
      new Promise((resolve) => setTimeout(resolve, 30_000)),
    ])
    const lost = clients.flatMap(({ unacknowledged }) =>
      [...unacknowledged.values()].filter(({ receipt }) => receipt),
    )
    return { sent, taken, repeated, twice, lost: lost.length }
  },
}

/** @param {Record<string, never>} question */
async function answer(question) {
  for (const [name, options] of Object.entries(question))
    process.send?.(await Promise.resolve(asked[/** @type {keyof typeof asked} */ (name)](options)))
}

process.on('message', (/** @type {Record<string, never>} */ question) => void answer(question))
process.on('disconnect', () => process.exit())
