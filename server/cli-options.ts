import { parseArgs } from 'node:util'

/** What the command was asked to do, or in one line why that cannot be done. */
export type CliOptions =
  | { readonly run: 'help' }
  | { readonly run: 'version' }
  | { readonly run: 'problem'; readonly problem: string }
  | {
      readonly run: 'relay'
      readonly port: number
      readonly host: string
      /** A folder that the user named; `false` for none, `undefined` for the built demo if it is there. */
      readonly demo: string | false | undefined
      readonly origins: readonly string[] | '*'
    }

export const USAGE = `Usage: rxcall-relay [options]

Relays the signaling messages of rxcall clients, and serves the demo.

  --port N        port to listen on (default: PORT of the environment, or 3000)
  --host H        address to listen on (default: HOST of the environment, or localhost;
                  0.0.0.0 to be reachable from other machines)
  --demo DIR      folder to serve (default: the built demo)
  --no-demo       serve no folder
  --origin URL    let pages of this origin connect too; may be repeated, * for all
  --help          show this
  --version       show the version`

/** Reads the command line; flags win over the environment. Never throws. */
export function readCliOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CliOptions {
  const problem = (text: string): CliOptions => ({ run: 'problem', problem: text })
  const parsed = parseFlags(args)
  if (typeof parsed === 'string') return problem(parsed)
  if (parsed.help) return { run: 'help' }
  if (parsed.version) return { run: 'version' }

  const portText = parsed.port ?? (env['PORT'] || '3000')
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port > 65_535)
    return problem(`${portText} is no port; give a number from 0 to 65535`)

  const host = parsed.host ?? (env['HOST'] || 'localhost')
  if (host === '') return problem('--host needs an address, such as localhost or 0.0.0.0')

  if (parsed['no-demo'] && parsed.demo !== undefined) return problem('give --demo or --no-demo, not both')
  if (parsed.demo === '') return problem('--demo needs a folder')
  const demo = parsed['no-demo'] ? false : parsed.demo

  const named = parsed.origin ?? []
  const bad = named.find((origin) => origin !== '*' && originOf(origin) === undefined)
  if (bad !== undefined) return problem(`${bad} is no origin; give one such as https://example.org, or *`)
  const origins = named.includes('*') ? '*' : named.flatMap((origin) => originOf(origin) ?? [])

  return { run: 'relay', port, host, demo, origins }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        demo: { type: 'string' },
        'no-demo': { type: 'boolean' },
        origin: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/)
    return `${sentence.replace(/\.$/, '')}; see --help`
  }
}

/** The origin that a URL without a path names. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, href } = new URL(text)
  return /^https?:$/.test(protocol) && href === `${origin}/` ? origin : undefined
}
