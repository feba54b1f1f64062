/** A command line, and the environment that it needs. */
export interface Command {
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

/**
 * The flags that docs/deploy.md has for one host: those of every `rxcall-relay` in its examples, each once. `secret` returns what
 * the document omits (`...`), by the name of the variable. Flags that join several hosts are left out.
 */
export function productionCommand(document: string, secret: (variable: string) => string): Command {
  const lines = [...document.matchAll(/^(?:ExecStart=.*?)?((?:[A-Z_]+=\S+ )*)rxcall-relay( --[^#\n]*)/gm)]
  const ofOneHost = lines.filter(([line]) => !line.includes('--redis'))
  const env = ofOneHost
    .flatMap(([, variables = '']) => [...variables.matchAll(/([A-Z_]+)=(\S+)/g)])
    .map(([, name = '', value = '']) => [name, value === '...' ? secret(name) : value] as const)
  const flags = ofOneHost.flatMap(([, , flags = '']) => [...flags.matchAll(/(--[a-z-]+)(?: ([^\s-]\S*))?/g)])
  const given = new Map(
    flags.map(([flag, name = '', value]) => [flag, value === undefined ? [name] : [name, value]]),
  )
  return { env: Object.fromEntries(env), args: [...given.values()].flat() }
}

/** Whether the document has a flag in one of its tables of options. */
export const tells = (document: string, flag: string): boolean =>
  new RegExp(`^\\|[^|\\n]*\`${flag}\``, 'm').test(document)
