import { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server as TcpServer } from 'node:net'

/** Opens and closes a server on one or more addresses. */
export interface Listener {
  /**
   * Resolves with the port once the server listens, on the same port at each address. Otherwise rejects with Node's error and
   * listens nowhere. Skips a loopback address that the machine does not have, unless it has neither.
   */
  readonly listen: (port: number, host: string) => Promise<number>
  /** Accepts no more connections. Resolves once the open ones have ended, or at once if it never listened. */
  readonly close: () => Promise<void>
}

/** Connections that may wait to be accepted: all clients of a host that died come at once. */
const MAX_PENDING = 8192
/** How many ports are tried if any free one will do. A port that is free at one address may be taken at the other. */
const MAX_TRIES = 16
/** Node's error codes for an address that the machine does not have. */
const MISSING: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/**
 * The addresses to listen on for `host`. `localhost` means both loopback addresses. Machines and programs differ in
 * which one they try first, and whether they try the other.
 */
export const addressesOf = (host: string): readonly string[] =>
  host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : [host]

/** @param addresses Returns the addresses to listen on for a host. */
export function createListener(server: HttpServer | HttpsServer, addresses = addressesOf): Listener {
  /** A server of Node.js listens on one address. This one passes its connections to `server`. */
  const createAcceptor = (): TcpServer =>
    createServer({ noDelay: true, allowHalfOpen: server instanceof HttpServer }, (socket) =>
      server.emit('connection', socket),
    )
  let acceptors: TcpServer[] = []

  const close = async () => {
    await Promise.all([server, ...acceptors].map((each) => new Promise((resolve) => each.close(resolve))))
    acceptors = []
  }

  const open = async (port: number, hosts: readonly string[]): Promise<number> => {
    let actual: number | undefined
    let missing: unknown
    for (const host of hosts) {
      const acceptor = actual === undefined ? server : createAcceptor()
      try {
        actual = await listening(acceptor, actual ?? port, host)
        if (acceptor !== server) acceptors.push(acceptor.on('error', (error) => server.emit('error', error)))
      } catch (error) {
        if (hosts.length === 1 || !MISSING.has(codeOf(error))) throw error
        missing = error
      }
    }
    if (actual === undefined) throw missing
    return actual
  }

  const listen = async (port: number, host: string) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await open(port, addresses(host))
      } catch (error) {
        await close()
        if (port !== 0 || codeOf(error) !== 'EADDRINUSE' || tries === MAX_TRIES) throw error
      }
    }
  }
  return { listen, close }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function listening(server: TcpServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: MAX_PENDING }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
