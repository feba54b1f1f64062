import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether the relay accepts new clients, or why it does not. */
export type Readiness = 'ready' | 'starting' | 'Redis is away' | 'stopping'

/**
 * Answers `/healthz` with 200, because the process is alive. Answers `/readyz` with 200 if new clients are accepted, or else with 503
 * and the reason. Anything else gets 404, or 405 if its method is not GET or HEAD.
 */
export function answerHealth(
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
