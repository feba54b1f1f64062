import type { Observable } from 'rxjs'
import type { Finding } from './check-step.ts'
import type { Gathered } from './gather.ts'

/**
 * What a check asks of the platform. Each has a default for browsers; replace some outside a browser, and all in a
 * test. Each stream emits one finding.
 */
export interface CheckProbes {
  readonly secureContext: () => Finding
  readonly permissions: () => Observable<Finding>
  /** Looks at the picture of a camera. */
  readonly camera: (stream: MediaStream) => Observable<Finding>
  /** Listens to a microphone. */
  readonly microphone: (stream: MediaStream) => Observable<Finding>
  readonly speaker: () => Observable<Finding>
  /** Gathers the candidates that the servers give. */
  readonly gather: (config: RTCConfiguration) => Observable<Gathered>
}
