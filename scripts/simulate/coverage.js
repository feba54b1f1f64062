const phases = ['idle', 'calling', 'ringing', 'connecting', 'connected', 'reconnecting', 'ended']

/**
 * Says how many of the possible meetings of a fault with the phases of two clients were seen, and names those that
 * never were.
 *
 * @param {[string, number][]} cells As the simulator counts them: `loss calling×ringing`.
 * @param {readonly string[]} faults The faults that could occur.
 */
export function coverageReport(cells, faults) {
  const seen = new Set(cells.map(([cell]) => cell))
  const lines = faults.flatMap((fault) => {
    const missed = phases.flatMap((first) =>
      phases
        .filter((second) => !seen.has(`${fault} ${first}×${second}`))
        .map((second) => `${first}×${second}`),
    )
    if (missed.length === 0) return []
    return [`  ${fault}: ${missed.length === phases.length ** 2 ? 'none' : missed.join(' ')}`]
  })
  const all = faults.length * phases.length ** 2
  return [`cells reached ${seen.size} of ${all}; never reached:`, ...lines].join('\n')
}
