import type { RequestListener } from 'node:http'
import type { Registry } from 'prom-client'
import { answerHealth, type Readiness } from './health.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { processMetrics } from '../observing/process-metrics.ts'

/**
 * Serves the relay's operators, on a separate port. Answers `GET /metrics` in the format of Prometheus, with metrics
 * of the process. Answers `/healthz` and `/readyz` as on the relay's own port.
 */
export function serveMetrics(registry: Registry, readiness: () => Readiness): RequestListener {
  const ofProcess = processMetrics()
  return (request, response) => {
    addSecurityHeaders((name, value) => response.setHeader(name, value))
    const path = request.url?.split('?')[0]
    if (path !== '/metrics') {
      answerHealth(request, response, readiness)
      return
    }
    response.setHeader('content-type', registry.contentType)
    Promise.all([registry.metrics(), ofProcess.metrics()]).then(
      (texts) => response.end(texts.join('\n')),
      () => response.writeHead(500).end(),
    )
  }
}
