import type { Lane, Marble, Timeline } from 'rxcall/inspector'
import { candidateType, descriptionType, failed, textOf } from './dump-event.ts'
import type { Dump, DumpEvent } from './read-dump.ts'

/** The lanes of a dump for the inspector: one side for each connection. */
export function timelineOfDump({ connections }: Dump): Timeline {
  const startsAt = Math.min(...connections.flatMap(({ events }) => events.slice(0, 1).map(({ at }) => at)))
  const marbles = connections
    .flatMap(({ events }, side) => events.map((event) => ({ side, event })))
    .sort((one, other) => one.event.at - other.event.at)
    .map(({ side, event }, id): Marble => ({
      id,
      side,
      lane: laneOf(event),
      at: event.at - startsAt,
      label: labelOf(event),
      detail: { type: event.type, value: event.value },
      ...(isBad(event) && { isError: true }),
    }))
  return {
    sides: connections.map(({ id, url }) => ({ name: url === '' ? id : `${id} ${url}` })),
    marbles,
    arrows: [],
    duration: marbles.at(-1)?.at ?? 0,
  }
}

const commands =
  /^(create(Offer|Answer|DataChannel)|set(Local|Remote)Description|setConfiguration|addIceCandidate|restartIce|close)/
const media = /^(transceiver|track|addTrack|removeTrack|getUserMedia|getDisplayMedia)/

function laneOf({ type }: DumpEvent): Lane {
  if (type === 'connectionstatechange') return 'phase'
  if (media.test(type)) return 'media'
  // What a method led to comes from the connection.
  return commands.test(type) && !/On(Success|Failure)$|Failed$/.test(type) ? 'peer out' : 'peer in'
}

const stateChange = /^(signaling|icegathering|iceconnection|connection)statechange/

function labelOf(event: DumpEvent): string {
  const { type, value } = event
  const state = stateChange.exec(type)?.[1]
  if (state !== undefined) return state === 'connection' ? textOf(value) : `${state} ${textOf(value)}`
  const detail = /Description/.test(type) ? descriptionType(event) : candidateType(event)
  return detail === undefined ? type : `${type} ${detail}`
}

const isBad = (event: DumpEvent): boolean =>
  failed(event) !== undefined ||
  event.type === 'icecandidateerror' ||
  (stateChange.test(event.type) && /failed/.test(textOf(event.value)))
