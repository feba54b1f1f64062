import { parseArgs } from 'node:util'

export const USAGE = `npm run test:conformance -- [options]

  --pairing TEXT   only pairings whose name holds it, as 'chromium-firefox' or 'native-simple-peer'; may be given often
  --case TEXT      only cases whose name holds it; may be given often
  --jobs N         pairings at a time (1)
  --list           the pairings and the cases, and nothing is run
  --help`

/**
 * Reads the command line. Throws if it is invalid.
 *
 * @param {string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      pairing: { type: 'string', multiple: true, default: [] },
      case: { type: 'string', multiple: true, default: [] },
      jobs: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const jobs = Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs must be at least 1, not ${values.jobs}`)
  return { ...values, jobs }
}
