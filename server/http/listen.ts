import { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { createServer, type AddressInfo, type Server as TcpServer } from 'node:net'

/** Opens and closes a server on one or more addresses. */
export interface Listener {
  /**
   * Resolves with the port once the server listens, on the same one at each address. Rejects with Node's error if that is
   * not possible, and then listens nowhere. A loopback address that the machine does not have is left out, unless it has none.
   */
  readonly listen: (port: number, host: string) => Promise<number>
  /** Accepts no more connections. Resolves once those that there are have ended; at once if it never listened. */
  readonly close: () => Promise<void>
}

/** Connections that may wait until the process comes to accept them: all clients of a host that died come at once. */
const MAX_ARRIVING = 8192
/** How many ports are tried if any free one will do, since a port that is free at one address may be taken at the other. */
const MAX_TRIES = 16
/** What Node says of an address that the machine does not have. */
const MISSING: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/**
 * The addresses to listen on for `host`. Which of the two loopback addresses a program tries first for `localhost`, and whether it
 * tries the other, differs by machine and program, so both are served.
 */
export const addressesOf = (host: string): readonly string[] =>
  host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : [host]

/** @param addresses Those to listen on for a host. */
export function listenerOf(server: HttpServer | HttpsServer, addresses = addressesOf): Listener {
  /** A server of Node listens on one address; this one hands its connections to `server`. */
  const doorTo = (): TcpServer =>
    createServer({ noDelay: true, allowHalfOpen: server instanceof HttpServer }, (socket) =>
      server.emit('connection', socket),
    )
  let doors: TcpServer[] = []

  const close = async () => {
    await Promise.all([server, ...doors].map((each) => new Promise((resolve) => each.close(resolve))))
    doors = []
  }

  const open = async (port: number, hosts: readonly string[]): Promise<number> => {
    let actual: number | undefined
    let missing: unknown
    for (const host of hosts) {
      const door = actual === undefined ? server : doorTo()
      try {
        actual = await listening(door, actual ?? port, host)
        if (door !== server) doors.push(door.on('error', (error) => server.emit('error', error)))
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
    server.listen({ port, host, backlog: MAX_ARRIVING }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
