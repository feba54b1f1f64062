import { format, resolveConfig } from 'prettier'
import { join } from 'node:path'
import { root } from '../lib/run.js'
import { eventTable, type EventRow } from './event-table.ts'
import { phaseDiagram } from './phases.ts'
import { walks, type Walk } from './walks.ts'

/** The document whose parts are generated. */
export const architecture = join(root, 'docs/architecture.md')

/** The parts that are generated from the code. */
export interface Facts {
  readonly events: readonly EventRow[]
  readonly walks: readonly Walk[]
}

/** Generates the parts from the code. Takes seconds, because the compiler has to know every type of src/core. */
export const readFacts = (): Facts => ({ events: eventTable(), walks: walks() })

/** Replaces the parts of `document` between the markers. Throws an Error if a marker is missing. */
export function regenerated(document: string, { events, walks }: Facts): Promise<string> {
  const parts = {
    phases: ['```mermaid', phaseDiagram(), '```'].join('\n'),
    events: eventsTable(events),
    walks: walks.map((walk) => walkTable(walk, events)).join('\n\n'),
  }
  const whole = Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`]
    const [before, rest] = halves(text, begin)
    const [, after] = halves(rest, end)
    return `${before}${begin}\n\n${part}\n\n${end}${after}`
  }, document)
  return resolveConfig(architecture).then((config) => format(whole, { ...config, filepath: architecture }))
}

function halves(text: string, marker: string): [string, string] {
  const place = text.indexOf(marker)
  if (place < 0) throw new Error(`docs/architecture.md has no line ${marker}`)
  return [text.slice(0, place), text.slice(place + marker.length)]
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const code = (text: string) => `\`${text}\``
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map(row).join('\n')

function eventsTable(events: readonly EventRow[]): string {
  const files = (paths: readonly string[]) => paths.map((path) => code(shortName(path))).join(' ')
  return table(
    ['union', 'type', 'emitted in', 'listened to in'],
    events.map(({ union, type, emitters, listeners }) => [
      union,
      code(type),
      files(emitters),
      files(listeners),
    ]),
  )
}

/** Shortens a path: without its ending, and without the folder that most files are in. */
const shortName = (path: string) => path.replace(/\.ts$/, '').replace(/^call\//, '')

function walkTable({ title, turns, wire }: Walk, events: readonly EventRow[]): string {
  const from = (type: string) => {
    const emitters = events.find((event) => event.type === type)?.emitters ?? []
    return emitters.length === 1 ? emitters.map((path) => code(shortName(path))).join('') : ''
  }
  const rows = turns.map(({ turn, event, type, from: stage }) => [
    String(turn),
    event === wire ? `**${code(event)}**` : code(event),
    stage ?? from(type),
  ])
  return `### ${title}\n\n${table(['turn', 'event', 'from'], rows)}`
}
