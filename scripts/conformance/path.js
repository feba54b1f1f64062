import { createSocket } from 'node:dgram'

/** @typedef {import('../../src/testing/conformance/index.ts').Path} Path */
/** @typedef {import('../../src/testing/conformance/index.ts').Signal} Signal */
/** @typedef {{ address: string, port: number }} End */

/** `candidate:<foundation> <component> udp <priority> <IPv4 address> <port> typ host` (RFC 8839, 5.1). */
const reachable = /^(candidate:\S+ \d+ udp \d+) (\d+\.\d+\.\d+\.\d+) (\d+) (typ host.*)$/i

/**
 * A path between two clients on this machine that can be cut. It replaces each candidate by one of a forwarder in this
 * process. So neither side learns an address of the other. Needs no privileges.
 *
 * @returns {Path}
 */
export function newPath() {
  /** @type {import('node:dgram').Socket[]} */
  const sockets = []
  let isCut = false
  let isClosed = false

  /**
   * @param {string} address An address of this machine.
   * @param {(data: Buffer, from: End) => void} receive
   * @returns {Promise<import('node:dgram').Socket>}
   */
  const bind = (address, receive) =>
    new Promise((resolve, reject) => {
      const socket = createSocket('udp4')
      sockets.push(socket)
      socket.once('error', reject)
      socket.on('message', (data, from) => {
        if (!isCut && !isClosed) receive(data, from)
      })
      socket.bind(0, address, () => {
        // The addressee may be gone, which needs no handling.
        socket.off('error', reject).on('error', () => undefined)
        resolve(socket)
      })
    })

  /**
   * @type {(target: End) => Promise<End>} Returns where to send data so that it reaches `target` from an address that
   * accepts replies.
   */
  const forward = async (target) => {
    /** @type {Map<string, Promise<import('node:dgram').Socket>>} */
    const backs = new Map()
    const front = await bind(target.address, (data, from) => {
      const key = `${from.address}:${from.port}`
      const back =
        backs.get(key) ??
        bind(target.address, (answer) => {
          front.send(answer, from.port, from.address)
        })
      backs.set(key, back)
      back.then(
        (socket) => !isClosed && socket.send(data, target.port, target.address),
        () => undefined,
      )
    })
    return front.address()
  }

  /** @type {(signal: Signal) => Promise<Signal | null>} */
  const through = async (signal) => {
    if (signal.type === 'description') {
      const sdp = signal.description.sdp.replace(/^a=candidate:.*\r\n/gm, '')
      return { ...signal, description: { ...signal.description, sdp } }
    }
    if (signal.type !== 'candidate' || signal.candidate === null) return signal
    const [, start, address = '', port, rest] = reachable.exec(signal.candidate.candidate) ?? []
    if (start === undefined) return null
    const end = await forward({ address, port: Number(port) })
    const candidate = `${start} ${end.address} ${end.port} ${rest}`
    return { ...signal, candidate: { ...signal.candidate, candidate } }
  }

  /** The messages of each side stay in order. */
  const last = { offerer: Promise.resolve(), answerer: Promise.resolve() }
  return {
    way: (signal, from, deliver) => {
      const made = through(signal)
      last[from] = last[from]
        .then(() => made)
        .then((changed) => {
          if (changed && !isClosed) deliver(changed)
        })
        .catch(() => undefined)
    },
    cut: () => {
      isCut = true
    },
    close: () => {
      isClosed = true
      for (const socket of sockets) socket.close()
    },
  }
}
