import { checkIceServer } from 'rxcall'

/** The ICE servers in the page's address, or a description of why they cannot be used. */
export type IceServers =
  | { readonly ok: true; readonly servers: readonly RTCIceServer[] }
  | { readonly ok: false; readonly problem: string }

/**
 * Reads the parameter `ice` of the page's address. Without it there are no ICE servers: calls then reach the same
 * machine and the same network, and no third party learns of them.
 *
 * The parameter is the URL of a server (RFC 7064 and 7065), or JSON: one `RTCIceServer` or a list of them (W3C
 * WebRTC, section 4.2.2). A TURN server needs the JSON form, for its `username` and `credential`.
 *
 * @example
 * ?ice=stun:stun.example.org
 * ?ice={"urls":"turn:turn.example.org","username":"u","credential":"p"}
 */
export function readIceServers(parameter: string | null): IceServers {
  const text = parameter?.trim() ?? ''
  if (text === '') return { ok: true, servers: [] }
  const value = /^[[{]/.test(text) ? fromJson(text) : { urls: text }
  if (value === undefined) return { ok: false, problem: 'it is not valid JSON' }
  const servers: RTCIceServer[] = []
  for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const { server, problems } = checkIceServer(item)
    const [problem] = problems
    if (problem !== undefined) return { ok: false, problem }
    if (server) servers.push(server)
  }
  return { ok: true, servers }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
