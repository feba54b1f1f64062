import type { RequestListener } from 'node:http'
import type { Registry } from 'prom-client'
import { addSecurityHeaders, plainAnswer, type Readiness } from './health.ts'
import { processMetrics } from '../observing/process-metrics.ts'

/**
 * Answers those who run the relay, and nobody else: `GET /metrics` in the format of Prometheus, with those of the process;
 * `/healthz` and `/readyz` as on the relay's own port.
 */
export function serveAdmin(registry: Registry, readiness: () => Readiness): RequestListener {
  const ofProcess = processMetrics()
  return (request, response) => {
    addSecurityHeaders((name, value) => response.setHeader(name, value))
    const path = request.url?.split('?')[0]
    if (path !== '/metrics') {
      plainAnswer(request, response, readiness)
      return
    }
    response.setHeader('content-type', registry.contentType)
    Promise.all([registry.metrics(), ofProcess.metrics()]).then(
      (texts) => response.end(texts.join('\n')),
      () => response.writeHead(500).end(),
    )
  }
}
