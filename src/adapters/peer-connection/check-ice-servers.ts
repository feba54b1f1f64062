import { CallError } from '../../core/errors.ts'
import { checkIceServer } from '../../core/protocol/index.ts'

/** The usable ICE servers, and the problems that have not been reported yet. */
export interface CheckedIceServers {
  readonly servers: readonly RTCIceServer[]
  readonly errors: readonly CallError[]
}

export type CheckIceServers = (servers: readonly RTCIceServer[]) => CheckedIceServers

/** The maximum number of reported problems, because a stream of servers may emit for as long as the page lives. */
const maxProblems = 64

/**
 * Makes a check that drops the ICE servers that browsers refuse. Otherwise one bad server would make the constructor
 * throw for the whole list. Reports each problem once, as a CallError `invalid-ice-server`, however many connections
 * use the server.
 */
export function iceServerCheck(): CheckIceServers {
  const reported = new Set<string>()
  return (list: unknown) => {
    if (!Array.isArray(list)) return { servers: [], errors: report(['"iceServers" is not a list']) }
    const all = list as readonly RTCIceServer[]
    const checked = all.map((given) => ({ given, ...checkIceServer(given) }))
    return {
      servers: checked.flatMap(({ given, server, problems }) =>
        problems.length === 0 ? given : (server ?? []),
      ),
      errors: report(checked.flatMap(({ problems }) => problems)),
    }
  }

  function report(problems: readonly string[]): readonly CallError[] {
    const errors: CallError[] = []
    for (const problem of problems) {
      if (reported.has(problem) || reported.size >= maxProblems) continue
      reported.add(problem)
      errors.push(new CallError('invalid-ice-server', `an ICE server is left out: ${problem}`))
    }
    return errors
  }
}
