const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended']
const pairs = phases.flatMap((first) => phases.map((second) => `${first}×${second}`))

/**
 * Says how many of the possible meetings of a fault with the phases of two clients were seen, and names those that
 * never were: first the phases that no fault met, then what else each fault missed.
 *
 * @param {[string, number][]} cells As the simulator counts them: `loss calling×ringing`.
 * @param {readonly string[]} faults The faults that could occur.
 */
export function coverageReport(cells, faults) {
  const seen = new Set(cells.map(([cell]) => cell))
  /** @type {(fault: string) => string[]} */
  const missedBy = (fault) => pairs.filter((pair) => !seen.has(`${fault} ${pair}`))
  const missed = new Map(faults.map((fault) => [fault, missedBy(fault)]))
  const always = pairs.filter((pair) => faults.every((fault) => missed.get(fault)?.includes(pair)))
  const lines = [...missed].flatMap(([fault, all]) => {
    const rest = all.filter((pair) => !always.includes(pair))
    return rest.length === 0 ? [] : [`  ${fault}: ${rest.length === pairs.length ? 'all' : rest.join(' ')}`]
  })
  if (always.length > 0) lines.unshift(`  any fault: ${always.join(' ')}`)
  return [`cells reached ${seen.size} of ${faults.length * pairs.length}; never reached:`, ...lines].join(
    '\n',
  )
}
