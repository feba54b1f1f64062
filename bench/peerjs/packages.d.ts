// The parts that the benchmark uses of packages that it installs on its first run.

declare module 'peerjs' {
  export interface MediaConnection {
    readonly peerConnection: RTCPeerConnection
    on(event: 'stream', listener: (stream: MediaStream) => void): this
    answer(stream: MediaStream): void
  }
  export class Peer {
    constructor(id: string, options: Readonly<Record<string, unknown>>)
    on(event: 'open', listener: () => void): this
    on(event: 'call', listener: (call: MediaConnection) => void): this
    call(id: string, stream: MediaStream): MediaConnection
    destroy(): void
  }
}

declare module 'peer' {
  interface Server {
    address(): string | null | { readonly port: number }
    close(): void
    closeAllConnections(): void
  }
  export function PeerServer(
    options: { readonly port: number; readonly host: string; readonly path: string },
    callback: (server: Server) => void,
  ): unknown
}
