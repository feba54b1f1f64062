import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A path to a relay, used only by those who connect through it. It can be cut, and may have a delay. */
export interface Line {
  /** The URL at which a page reaches the relay through this line. */
  readonly url: string
  /** Breaks every connection, and refuses new ones. */
  cut(): Promise<void>
  /** Lets new connections through again. */
  mend(): Promise<void>
}

/** Opens a line to `target`, on this machine's own loopback. It delays all traffic by `delayMs` milliseconds. */
export async function openLine(target: string, delayMs = 0): Promise<Line> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((page) => {
    const relay = connect(Number(port), hostname)
    for (const [end, other] of [
      [page, relay],
      [relay, page],
    ] as const) {
      open.add(end)
      end.on('data', (data) => setTimeout(() => other.write(data), delayMs))
      end.on('end', () => setTimeout(() => other.end(), delayMs))
      end.on('error', () => other.destroy())
      end.on('close', () => {
        open.delete(end)
        other.destroy()
      })
    }
  })
  const listen = async (at: number): Promise<number> => {
    server.listen(at, hostname)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  server.unref()
  const own = await listen(0)
  return {
    url: `http://${hostname}:${own}`,
    async cut() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
    async mend() {
      await listen(own)
    },
  }
}
