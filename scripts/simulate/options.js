import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

/**
 * @typedef {object} SimulationOptions
 * @property {number} calls
 * @property {number} seed
 * @property {number} clients
 * @property {string[] | undefined} faults
 * @property {number} workers
 */

export const USAGE = `Usage: npm run simulate -- [options]

  --calls N      the least number of calls to begin; 100000 by default
  --seed S       a whole number; by default a new one each time
  --clients K    the least number of clients in each world, 2 to 8; 2 by default
  --faults LIST  only these faults, separated by commas; "none" for none; all by default
  --workers W    the number of processor cores to use; all by default. Does not change the result.
  --list         name the faults`

/**
 * Reads the command line. Throws an error with the reason if it is invalid.
 *
 * @param {string[]} args
 * @param {readonly string[]} kinds All faults.
 * @returns {SimulationOptions | 'help' | 'list'}
 */
export function readOptions(args, kinds) {
  const { values } = parseArgs({
    args,
    options: {
      calls: { type: 'string', default: '100000' },
      seed: { type: 'string' },
      clients: { type: 'string', default: '2' },
      faults: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  if (values.list) return 'list'
  const faults = values.faults === undefined || values.faults === 'all' ? undefined : listed(values.faults)
  const unknown = faults?.find((fault) => !kinds.includes(fault))
  if (unknown !== undefined) throw new Error(`unknown fault "${unknown}"; --list names them all`)
  return {
    calls: whole('--calls', values.calls, 1, 1e9),
    seed:
      values.seed === undefined
        ? Math.floor(Math.random() * 2 ** 31)
        : whole('--seed', values.seed, 0, 2 ** 32 - 1),
    clients: whole('--clients', values.clients, 2, 8),
    faults,
    workers: whole('--workers', values.workers, 1, 64),
  }
}

/** @type {(text: string) => string[]} */
const listed = (text) => (text === 'none' ? [] : text.split(',').map((name) => name.trim()))

/** @type {(name: string, text: string, min: number, max: number) => number} */
function whole(name, text, min, max) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < min || number > max)
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`)
  return number
}
