import { isTurnUrl, problemOfIceServerUrl } from './ice-server-url.ts'

/** A STUN or TURN server that every browser accepts (W3C WebRTC, `RTCIceServer`). */
export interface IceServer {
  readonly urls: string[]
  readonly username?: string
  readonly credential?: string
}

/** The part of a server that browsers can use, and why they cannot use the rest. */
export interface CheckedIceServer {
  /** The server with its usable URLs; undefined if there is none. */
  readonly server?: IceServer
  /** One for each unusable URL, which it names, or one for the server. Never contains credentials. */
  readonly problems: readonly string[]
}

/** The maximum bytes of a username (RFC 8489, 14.3): with more, browsers throw. */
const maxUsername = 509

/**
 * Checks a server of unknown origin. Every browser's RTCPeerConnection accepts the returned server. With the rest,
 * its constructor would throw, and no call would connect.
 *
 * @example
 * checkIceServer({ urls: ['stun:a.example', 'stun:b.example:99999'] })
 * // { server: { urls: ['stun:a.example'] }, problems: ['"stun:b.example:99999": its port is not a number from 1 to 65535'] }
 */
export function checkIceServer(value: unknown): CheckedIceServer {
  const { urls: given, username, credential, credentialType } = fieldsOf(value)
  if (given === undefined || given === null) return { problems: ['a server needs "urls"'] }
  const urls: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (urls.length === 0) return { problems: ['a server needs at least one URL in "urls"'] }

  const usable: string[] = []
  const problems: string[] = []
  const ofType =
    credentialType === undefined || credentialType === 'password'
      ? undefined
      : 'its "credentialType" is not "password"'
  const ofCredentials = problemOfCredentials(username, credential)
  for (const url of urls) {
    const problem =
      problemOfIceServerUrl(url) ?? ofType ?? (isTurnUrl(String(url)) ? ofCredentials : undefined)
    if (problem === undefined) usable.push(String(url))
    else problems.push(`${quote(url)}: ${problem}`)
  }
  if (usable.length === 0) return { problems }
  const isTurn = usable.some(isTurnUrl)
  return {
    server: { urls: usable, ...(isTurn && { username: String(username), credential: String(credential) }) },
    problems,
  }
}

function problemOfCredentials(username: unknown, credential: unknown): string | undefined {
  const given = [username, credential]
  if (!given.every((text) => typeof text === 'string' && text !== ''))
    return 'a TURN server needs "username" and "credential"'
  return new TextEncoder().encode(String(username)).length > maxUsername
    ? `its username is longer than ${maxUsername} bytes`
    : undefined
}

type Fields = Readonly<Partial<Record<keyof IceServer | 'credentialType', unknown>>>

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? value : {})

/** Longer URLs are cut, because a stranger's text becomes part of an error. */
const maxQuoted = 80

/** Quotes a URL without anything that may be a password. */
function quote(url: unknown): string {
  if (typeof url !== 'string') return typeof url
  const shown = url.replace(/(:(?:\/\/)?).*@/s, '$1…@')
  return JSON.stringify(shown.length > maxQuoted ? `${shown.slice(0, maxQuoted)}…` : shown)
}
