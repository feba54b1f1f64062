const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended']
const pairs = phases.flatMap((first) => phases.map((second) => `${first}×${second}`))

/**
 * Cells that cannot be reached, and why. The first match counts.
 *
 * @typedef {object} Impossible
 * @property {(cell: { fault: string, pair: string }, faults: readonly string[]) => boolean} fits
 * @property {string} reason
 */

/**
 * Faults that can make a call reconnect: those of the path or of peer connections, and those that delay the end of a
 * call by a second.
 */
const interrupting = [
  'loss',
  'delay',
  'one-way-partition',
  'stall',
  'disconnect',
  'relay-restart',
  'crash',
  'tab-close',
  'freeze',
  'peer-rejects',
  'peer-breaks',
  'path-cut',
  'path-outage',
  'bare-simple-peer',
]

/** @type {readonly Impossible[]} */
const impossible = [
  {
    fits: ({ fault }, faults) =>
      fault === 'hang-up-during-restart' &&
      !faults.includes('relay-restart') &&
      !faults.includes('path-outage'),
    reason: 'nobody hangs up during a restart if nothing restarts',
  },
  {
    fits: ({ fault }, faults) => fault === 'call-after-crash' && !faults.includes('crash'),
    reason: 'nobody calls after a crash if nothing crashes',
  },
  {
    fits: ({ pair }, faults) =>
      pair.includes('reconnecting') && !faults.some((fault) => interrupting.includes(fault)),
    reason: 'no call reconnects if nothing interrupts it',
  },
]

/**
 * Counts the pairs of a fault and the phases of two clients. Reports how many were reached, and which are impossible
 * and why. Lists the pairs that were never reached: first the phases that met no fault, then what else each fault
 * missed.
 *
 * @param {[string, number][]} cells As the simulator counts them: `loss calling×ringing`.
 * @param {readonly string[]} faults The faults that could occur.
 */
export function coverageReport(cells, faults) {
  // Users who act at random also produce traits that were not requested.
  const possible = new Set(faults.flatMap((fault) => pairs.map((pair) => `${fault} ${pair}`)))
  const seen = new Set(cells.map(([cell]) => cell).filter((cell) => possible.has(cell)))
  /** @type {Map<string, number>} */
  const reasons = new Map()
  /** @type {(fault: string) => string[]} */
  const missedBy = (fault) =>
    pairs.filter((pair) => {
      if (seen.has(`${fault} ${pair}`)) return false
      const known = impossible.find(({ fits }) => fits({ fault, pair }, faults))
      if (known) reasons.set(known.reason, (reasons.get(known.reason) ?? 0) + 1)
      return !known
    })
  const missed = new Map(faults.map((fault) => [fault, missedBy(fault)]))
  const always = pairs.filter((pair) => faults.every((fault) => missed.get(fault)?.includes(pair)))
  const lines = [...missed].flatMap(([fault, all]) => {
    const rest = all.filter((pair) => !always.includes(pair))
    return rest.length === 0 ? [] : [`  ${fault}: ${rest.length === pairs.length ? 'all' : rest.join(' ')}`]
  })
  if (always.length > 0) lines.unshift(`  any fault: ${always.join(' ')}`)
  if (lines.length > 0) lines.unshift('never reached:')
  const count = [...reasons.values()].reduce((sum, each) => sum + each, 0)
  const why = [...reasons].map(([reason, each]) => `${each}: ${reason}`).join('; ')
  return [
    `${seen.size} of ${possible.size} cells reached, ${count} cannot be${why && ` (${why})`}`,
    ...lines,
  ].join('\n')
}
