import type { IncomingMessage } from 'node:http'

/** The path that the relay answers on. */
export const RELAY_PATH = '/socket.io/'

/** Whether a request is for the relay, and not for the files or other listeners of its server. */
export const isForRelay = ({ url }: { readonly url?: string | undefined }): boolean =>
  url?.startsWith(RELAY_PATH) === true

/** Whether a request would open a connection of long polling: one that names any transport but WebSocket. */
export const isPoll = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean =>
  new URL(url, 'http://relay').searchParams.getAll('transport').some((transport) => transport !== 'websocket')
