import { isDeepStrictEqual } from 'node:util'
import { reduceCall } from '../../src/core/call/reduce-call.ts'
import { idle, type CallFact, type CallState } from '../../src/core/call/state.ts'

const callId = 'the-call'
const remote = { user: 'bob', party: 'a-device' }
const media = { audio: true, video: true }
const status = { audio: 'on', video: 'camera', held: false } as const
const localMedia = { stream: null, sent: media, muted: { audio: false, video: false }, status }

/**
 * An example of each fact of a call. The compiler demands an example of each new fact. Some facts have two variants
 * that lead to different phases.
 */
const facts: Readonly<Record<CallFact['type'], Readonly<Record<string, CallFact>>>> = {
  outgoing: { outgoing: { type: 'outgoing', callId, remote: { user: remote.user }, media } },
  incoming: { incoming: { type: 'incoming', callId, remote, media, ringMs: 1 } },
  media: { media: { type: 'media', callId, media: localMedia } },
  'remote-ringing': { 'remote-ringing': { type: 'remote-ringing', callId, remote } },
  yielded: { yielded: { type: 'yielded', callId, to: callId, remote } },
  answered: {
    'answered (remote)': { type: 'answered', callId, by: 'remote', remote },
    'answered (local)': { type: 'answered', callId, by: 'local', media },
  },
  selected: { selected: { type: 'selected', callId, at: 0 } },
  'peer-connected': { 'peer-connected': { type: 'peer-connected', callId, at: 0 } },
  interrupted: { interrupted: { type: 'interrupted', callId } },
  ended: { ended: { type: 'ended', callId, at: 0, reason: 'hung-up', by: 'local' } },
}

interface Transition {
  readonly from: CallState
  readonly to: CallState
  readonly fact: string
}

/** Every transition that {@link reduceCall} makes from a state that can be reached. */
function transitions(): Transition[] {
  const reached: CallState[] = [idle]
  const found: Transition[] = []
  const all = Object.values(facts).flatMap((kinds) => Object.entries(kinds))
  for (const from of reached)
    for (const [fact, value] of all) {
      const to = reduceCall(from, value)
      if (to === from) continue
      found.push({ from, to, fact })
      if (!reached.some((state) => isDeepStrictEqual(state, to))) reached.push(to)
    }
  return found
}

/** A state of the diagram: a phase, and for `calling` its progress. */
const nameOf = (state: CallState): string =>
  state.phase === 'calling' ? `${state.phase}_${state.progress}` : state.phase

/** Draws the phases of a call as a Mermaid state diagram: what the reducer does with every fact in every state. */
export function phaseDiagram(): string {
  const made = transitions()
  const names = [...new Set(made.flatMap(({ from, to }) => [from, to]).map(nameOf))]
  const isPart = (name: string) => name.startsWith('calling_')
  const parts = names.filter(isPart)
  const arrows = new Map<string, Set<string>>()
  const draw = (arrow: string, fact: string) => arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(fact))

  for (const { from, to, fact } of made) {
    const [source, target] = [nameOf(from), nameOf(to)]
    // A transition from every part of `calling` becomes one arrow from `calling` as a whole.
    const isOfWhole =
      isPart(source) &&
      !isPart(target) &&
      parts.every((part) =>
        made.some((each) => nameOf(each.from) === part && nameOf(each.to) === target && each.fact === fact),
      )
    draw(`${isOfWhole ? from.phase : source} --> ${target}`, fact)
  }
  const line = ([arrow, labels]: [string, Set<string>]) => `${arrow} : ${[...labels].join(', ')}`
  const isInside = ([arrow]: [string, Set<string>]) => arrow.split(' --> ').every(isPart)
  const all = [...arrows]
  return [
    'stateDiagram-v2',
    '  [*] --> idle',
    '  state calling {',
    ...parts.map((part) => `    state "${part.replace('calling_', '')}" as ${part}`),
    ...all.filter(isInside).map((each) => `    ${line(each)}`),
    '  }',
    ...all.filter((each) => !isInside(each)).map((each) => `  ${line(each)}`),
  ].join('\n')
}
