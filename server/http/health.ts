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

/** Whether new clients are welcome, or why not. */
export type Readiness = 'ready' | 'starting' | 'Redis is away' | 'stopping'

/**
 * Answers `/healthz` with 200, for the process is alive, and `/readyz` with 200 where new clients are welcome, and 503 where not, with
 * the reason; anything else with 404, or 405 for a method that does not read.
 */
export function plainAnswer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  readiness: () => Readiness,
): void {
  const answer = (status: number, text: string) =>
    void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)

  if (method !== 'GET' && method !== 'HEAD') return answer(405, 'method not allowed')
  const path = url?.split('?')[0]
  if (path === '/healthz') return answer(200, 'ok')
  if (path === '/readyz') return answer(readiness() === 'ready' ? 200 : 503, readiness())
  answer(404, 'not found')
}
