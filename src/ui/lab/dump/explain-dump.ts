import { candidateType, descriptionType, failed, textOf } from './dump-event.ts'
import type { Dump, DumpConnection, DumpEvent } from './read-dump.ts'

/** One thing that a dump tells, in words for a developer. */
export interface Finding {
  /** Whether it explains why there was no call, or a bad one. */
  readonly isProblem: boolean
  /** The connection that it is about; `undefined` if it is about devices. */
  readonly connection?: string
  readonly text: string
}

/** What went wrong in the calls of a dump, in plain words; or that nothing did. */
export function explainDump({ connections, captureErrors }: Dump): readonly Finding[] {
  return [
    ...captureErrors.map((error) => ({
      isProblem: true,
      text: `Camera, microphone or screen could not be opened. ${error}.`,
    })),
    ...connections.flatMap(explain),
  ]
}

/** What the rules read. */
interface Facts {
  readonly offered: 'local' | 'remote' | undefined
  readonly answered: boolean
  readonly states: readonly string[]
  readonly iceStates: readonly string[]
  readonly gathered: readonly string[]
  readonly remote: readonly string[]
  readonly connection: DumpConnection
}

type Rule = (facts: Facts) => string | false

/** Each rule explains a failure. An earlier one may be the cause of a later one, so only the first match is reported. */
const causes: readonly Rule[] = [
  ({ offered }) =>
    offered === undefined && 'There was neither an offer nor an answer: negotiation never began.',
  ({ connection }) =>
    hasGlare(connection.events) &&
    'Both sides made an offer at the same time (glare), and one could not be applied. Let one side roll back.',
  ({ connection }) => descriptionFailure(connection.events),
  ({ offered, answered }) =>
    offered === 'local' &&
    !answered &&
    'The offer got no answer. Check that it reaches the other side, and back.',
  ({ offered, answered }) =>
    offered === 'remote' && !answered && 'The offer of the other side arrived, but no answer was made to it.',
  ({ gathered }) =>
    gathered.length === 0 && 'This side found no candidate. Check its network, and that the page may use it.',
  ({ remote }) =>
    remote.length === 0 &&
    'No candidate of the other side arrived. Check that candidates are sent, and sent in time.',
  ({ iceStates, gathered }) =>
    iceStates.includes('failed') &&
    (gathered.includes('relay')
      ? 'ICE failed: no pair of candidates worked, although this side had a TURN server.'
      : 'ICE failed: no pair of candidates worked. This side had no relay candidate: give it a TURN server.'),
  ({ iceStates, states }) =>
    iceStates.some((state) => state === 'connected' || state === 'completed') &&
    !states.includes('connected') &&
    'ICE found a path, but DTLS did not finish. Something on the path may block it.',
  ({ iceStates, states }) =>
    iceStates.at(-1) === 'checking' &&
    !states.includes('connected') &&
    'ICE was still trying candidates when the dump was made, or when the connection was closed.',
]

function explain(connection: DumpConnection): Finding[] {
  const facts = factsOf(connection)
  const { states, iceStates } = facts
  const told = (text: string, isProblem: boolean): Finding => ({ isProblem, connection: connection.id, text })
  const failure = states.includes('connected')
    ? states.at(-1) === 'failed' &&
      'It connected, then lost the connection and did not recover. An ICE restart may help.'
    : firstOf(causes, facts)
  const losses = iceStates.filter((state) => state === 'disconnected').length
  const began = connection.events[0]?.at ?? 0
  const connectedAt = connection.events.find(
    ({ type, value }) => type === 'connectionstatechange' && textOf(value) === 'connected',
  )?.at
  return [
    ...(connectedAt === undefined
      ? []
      : [told(`It connected after ${Math.round(connectedAt - began)} ms.`, false)]),
    ...(failure === false ? [] : [told(failure, true)]),
    ...(losses > 0 && failure === false
      ? [told(`The connection was lost ${losses === 1 ? 'once' : `${losses} times`}, and came back.`, true)]
      : []),
    ...(connectedAt === undefined && failure === false
      ? [told('It did not connect, and the dump does not say why.', true)]
      : []),
  ]
}

function factsOf(connection: DumpConnection): Facts {
  const { events } = connection
  const ofType = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type))
  const described = (pattern: RegExp, type: string) =>
    ofType(pattern).some((event) => descriptionType(event) === type)
  const local = /^(setLocalDescription|createOffer|createAnswer)(OnSuccess)?$/
  const remote = /^setRemoteDescription$/
  const locally = described(local, 'offer')
  const remotely = described(remote, 'offer')
  const states = (type: string) => ofType(new RegExp(`^${type}`)).map(({ value }) => textOf(value))
  const inDescriptions = (pattern: RegExp) =>
    ofType(pattern).flatMap(({ value }) => textOf(value).match(/a=candidate:.*? typ (\w+)/g) ?? [])
  const types = (candidates: readonly DumpEvent[]) =>
    candidates.flatMap((event) => candidateType(event) ?? [])
  return {
    connection,
    offered: locally ? 'local' : remotely ? 'remote' : undefined,
    answered: locally ? described(remote, 'answer') : described(local, 'answer'),
    states: states('connectionstatechange'),
    iceStates: states('iceconnectionstatechange'),
    gathered: types(ofType(/^icecandidate$/)),
    remote: [...types(ofType(/^addIceCandidate$/)), ...inDescriptions(remote)],
  }
}

/** An offer of the other side that could not be applied, because this side had made one. */
function hasGlare(events: readonly DumpEvent[]): boolean {
  let signaling = 'stable'
  let appliesOffer = false
  for (const event of events) {
    if (event.type === 'signalingstatechange') signaling = textOf(event.value)
    if (event.type === 'setRemoteDescription')
      appliesOffer = descriptionType(event) === 'offer' && signaling === 'have-local-offer'
    if (appliesOffer && failed(event) === 'setRemoteDescription') return true
  }
  return false
}

function descriptionFailure(events: readonly DumpEvent[]): string | false {
  const failure = events.find((event) => failed(event)?.endsWith('Description'))
  return (
    failure !== undefined &&
    `A description could not be applied: ${failed(failure)} failed. ${textOf(failure.value)}`
  )
}

function firstOf(rules: readonly Rule[], facts: Facts): string | false {
  for (const rule of rules) {
    const text = rule(facts)
    if (text !== false) return text
  }
  return false
}
