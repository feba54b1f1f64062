import type { NetworkPath } from '../../core/ports/index.ts'
import { entryFor, present, textIn, type StatsEntry } from './stats-report.ts'

/** The candidate pair that is in use, if the report has one. */
export function selectedPair(entries: readonly StatsEntry[]): StatsEntry | undefined {
  for (const transport of entries) {
    if (transport['type'] !== 'transport') continue
    const pair = entryFor(entries, transport, 'selectedCandidatePairId')
    if (pair) return pair
  }
  // Firefox before 124 has no transports. It marks the chosen pair as `selected`.
  const pairs = entries.filter(({ type }) => type === 'candidate-pair')
  return (
    pairs.find(({ selected }) => selected === true) ??
    pairs.findLast(({ nominated, state }) => nominated === true && state === 'succeeded')
  )
}

/** The path of `pair`, without its addresses; undefined if its candidates are unknown. */
export function networkPath(
  entries: readonly StatsEntry[],
  pair: StatsEntry | undefined,
): NetworkPath | undefined {
  const local = entryFor(entries, pair, 'localCandidateId')
  const remote = entryFor(entries, pair, 'remoteCandidateId')
  if (local === undefined && remote === undefined) return undefined
  const isRelay = (candidate: StatsEntry | undefined) => candidate?.['candidateType'] === 'relay'
  // The protocol of a relayed candidate is the one between the TURN server and the other side.
  const protocol = protocolOf(textIn(local, isRelay(local) ? 'relayProtocol' : 'protocol'))
  return { relayed: isRelay(local) || isRelay(remote), ...present({ protocol }) }
}

function protocolOf(text: string | undefined): NetworkPath['protocol'] {
  return text === 'udp' || text === 'tcp' || text === 'tls' ? text : undefined
}
