import { parseArgs } from 'node:util'

/** An option of the command. */
export interface Flag {
  readonly name: string
  /** The placeholder of its value in the help. Without one it is a switch. */
  readonly value?: string
  /** The environment variable that is read if the flag is missing. */
  readonly env?: string
  readonly multiple?: true
  readonly short?: string
  /** What it does, in lines of the help. */
  readonly help: readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The options from the command line, or else from the environment. An empty variable counts as missing. */
export interface Given {
  readonly text: (name: string) => string | undefined
  readonly list: (name: string) => readonly string[]
  readonly isOn: (name: string) => boolean
}

/** Parses the command line, or returns a line that says what is wrong with it. */
export function parseFlags(
  flags: readonly Flag[],
  args: readonly string[],
  env: Environment,
): Given | string {
  const options = Object.fromEntries(
    flags.map(({ name, value, multiple = false, short }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple, ...(short && { short }) } as const,
    ]),
  )
  try {
    const { values } = parseArgs({ args: [...args], options })
    const all = (name: string) => {
      const given = values[name] ?? fromEnvironment(flags, name, env) ?? []
      return Array.isArray(given) ? given : [given]
    }
    return {
      text: (name) => all(name).find((value) => typeof value === 'string'),
      list: (name) => all(name).filter((value) => typeof value === 'string'),
      isOn: (name) => all(name).some((value) => value !== '0' && value !== 'false' && value !== false),
    }
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/)
    return `${sentence.replace(/\.$/, '')}; see --help`
  }
}

function fromEnvironment(flags: readonly Flag[], name: string, env: Environment) {
  const flag = flags.find((each) => each.name === name)
  const text = flag?.env === undefined ? undefined : env[flag.env]
  if (text === undefined || text === '') return undefined
  return flag?.multiple ? text.split(/[\s,]+/).filter((part) => part !== '') : text
}

/** The help's lines about each flag. */
export function describeFlags(flags: readonly Flag[]): string {
  const title = ({ name, value }: Flag) => `--${name}${value === undefined ? '' : ` ${value}`}`
  const width = Math.max(...flags.map((flag) => title(flag).length)) + 2
  return flags
    .flatMap((flag) => {
      const lines = [...flag.help, ...(flag.env === undefined ? [] : [`[${flag.env}]`])]
      return lines.map((line, i) => `  ${(i === 0 ? title(flag) : '').padEnd(width)}${line}`)
    })
    .join('\n')
}
