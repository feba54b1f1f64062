import type { RequestListener } from 'node:http'
import { allowHost, type Hosts } from '../access/allow-host.ts'
import { nameInHost, requestedHost, type RequestHead } from '../access/request-host.ts'
import { addSecurityHeaders } from './security-headers.ts'

/** Passes requests for `hosts` to `listener` (see {@link allowHost}). Answers others with 403 and a hint, and reports them to `refused`. */
export function checkHost(
  hosts: Hosts,
  refused: (request: RequestHead) => void,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    if (allowHost(request, hosts)) {
      listener(request, response)
      return
    }
    refused(request)
    addSecurityHeaders((name, value) => response.setHeader(name, value))
    const name = nameInHost(requestedHost(request) ?? '') ?? 'NAME'
    response
      .writeHead(403, { 'content-type': 'text/plain; charset=utf-8' })
      .end(`This relay does not answer to this name. If it should, start it with --allow-host ${name}`)
  }
}
