import type { CallLog } from '../inspect/index.ts'
import { button, checkbox, make, save, setText } from './dom.ts'
import { linesOf, marblesOf, testOf } from './export-log.ts'

export interface ExportSources {
  readonly logs: () => readonly CallLog[]
  readonly names: () => readonly string[]
  /** Opens a viewer in another tab; undefined if there is nothing to watch, or no page to watch it in. */
  readonly watch: () => (() => void) | undefined
}

const INCOMPLETE =
  'The log is incomplete: it reached its limit, and its oldest events were dropped. It cannot be exported as a diagram or a test.'

/** The panel from which a log leaves the page. Names are left out unless the user wants them. */
export function exportPanel({ logs, names, watch }: ExportSources) {
  const side = make('select', { 'aria-label': 'Side' })
  const chosen = () => Math.max(0, side.selectedIndex)
  let withNames = false
  const note = make('p', { class: 'note', id: 'incomplete' })
  const result = make('p', { class: 'note', role: 'status' })
  /** Says what came of an export. A log from another tab may be anything, so it may fail. */
  const attempt = (done: string, run: () => Promise<void> | void) => () => {
    Promise.resolve()
      .then(run)
      .then(
        () => (result.textContent = done),
        (thrown: unknown) => (result.textContent = thrown instanceof Error ? thrown.message : String(thrown)),
      )
  }
  const options = () => ({ withNames })
  const marbles = button(
    'Copy as marbles',
    attempt('Copied.', () => navigator.clipboard.writeText(marblesOf(logs(), options()))),
  )
  const trace = button(
    'Download trace',
    attempt('Saved.', () =>
      save(`${fileName()}.jsonl`, linesOf(logs(), chosen(), options()), 'application/jsonl'),
    ),
  )
  const test = button(
    'Download as test',
    attempt('Saved.', () =>
      save(`${fileName()}.test.ts`, [testOf(logs(), chosen(), options())], 'text/plain'),
    ),
  )
  const watchButton = button('Watch in another tab', () => watch()?.())
  const element = make(
    'div',
    { class: 'bar panel', role: 'group', 'aria-label': 'Export' },
    ...[side, marbles, trace, test, checkbox('Include names', false, (include) => (withNames = include))],
    ...[watchButton, note, result],
  )

  return {
    element,
    update() {
      const known = names()
      if ([...side.options].map(({ text }) => text).join() !== known.join())
        side.replaceChildren(...known.map((name) => make('option', {}, name)))
      side.hidden = known.length < 2
      const isIncomplete = logs().some((log) => log.isIncomplete)
      for (const each of [marbles, test]) {
        each.disabled = isIncomplete
        if (isIncomplete) each.setAttribute('aria-describedby', note.id)
        else each.removeAttribute('aria-describedby')
      }
      note.hidden = !isIncomplete
      setText(note, isIncomplete ? INCOMPLETE : '')
      watchButton.hidden = watch() === undefined
    },
  }
}

function fileName(): string {
  return `rxcall-${new Date().toISOString().replace(/\..*/, '').replaceAll(':', '-')}`
}
