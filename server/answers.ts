import type { IncomingMessage, ServerResponse } from 'node:http'

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-resource-policy': 'same-origin',
}

/** Sets the headers that every answer carries. */
export function addSecurityHeaders(set: (name: string, value: string) => unknown): void {
  for (const [name, value] of Object.entries(securityHeaders)) set(name, value)
}

/**
 * Answers `/healthz` with 200, for the process is alive, and `/readyz` with 200 where new clients are welcome, and 503 where not;
 * anything else with 404, or 405 for a method that does not read.
 */
export function plainAnswer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  isReady: () => boolean,
): void {
  const answer = (status: number, text: string) =>
    void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)

  if (method !== 'GET' && method !== 'HEAD') return answer(405, 'method not allowed')
  const path = url?.split('?')[0]
  if (path === '/healthz') return answer(200, 'ok')
  if (path === '/readyz') return isReady() ? answer(200, 'ready') : answer(503, 'stopping')
  answer(404, 'not found')
}
