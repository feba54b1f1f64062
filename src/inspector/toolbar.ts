import { button, checkbox, make, setText } from './dom.ts'
import type { InspectorModel } from './model.ts'
import { lanes } from './timeline.ts'

/** The controls of the drawing: follow, zoom, pauses, search, lanes, table. Panels open below them. */
export function toolbar(
  model: InspectorModel,
  { exports, showTable }: { exports: HTMLElement; showTable: (isShown: boolean) => void },
) {
  const follow = button('Pause', () => model.follow(!model.follows))
  const pauses = button('Skip pauses', () => (model.skipsPauses = !model.skipsPauses))
  const search = make('input', { type: 'search', placeholder: 'Search', 'aria-label': 'Search events' })
  search.addEventListener('input', () => model.search(search.value))
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    model.move({ to: event.shiftKey ? 'previous match' : 'next match' })
  })

  const laneList = make('div', { class: 'bar panel', role: 'group', 'aria-label': 'Lanes' })
  for (const lane of lanes) laneList.append(checkbox(lane, true, (isShown) => model.showLane(lane, isShown)))
  const table = button('Table', () => {
    const isShown = table.getAttribute('aria-pressed') !== 'true'
    table.setAttribute('aria-pressed', String(isShown))
    showTable(isShown)
  })
  table.setAttribute('aria-pressed', 'false')
  const exportButton = opener('Export', exports)

  const element = make(
    'div',
    { class: 'bar', role: 'group', 'aria-label': 'Timeline controls', part: 'toolbar' },
    follow,
    button('−', () => model.zoom(1 / 1.6), { 'aria-label': 'Zoom out' }),
    button('+', () => model.zoom(1.6), { 'aria-label': 'Zoom in' }),
    button('Fit', () => model.fit()),
    pauses,
    opener('Lanes', laneList),
    table,
    exportButton,
    search,
  )
  const status = make('p', { class: 'status', role: 'status' })

  return {
    parts: [element, laneList, exports, status],
    update(canExport: boolean) {
      const { isLive, follows, skipsPauses, order, matches, timeline } = model
      follow.hidden = !isLive
      setText(follow, follows ? 'Pause' : 'Follow')
      pauses.setAttribute('aria-pressed', String(skipsPauses))
      exportButton.hidden = !canExport
      if (!canExport) exports.hidden = true
      const found = matches ? `, ${matches.size} found` : ''
      const shown = order.length === timeline.marbles.length ? '' : ` of ${timeline.marbles.length}`
      setText(status, `${order.length}${shown} events${found}`)
    },
  }
}

/** A button that opens and closes a panel. Escape closes it, too. */
function opener(text: string, panel: HTMLElement): HTMLButtonElement {
  panel.hidden = true
  const set = (isOpen: boolean) => {
    panel.hidden = !isOpen
    made.setAttribute('aria-expanded', String(isOpen))
  }
  const made = button(text, () => set(panel.hidden !== false))
  set(false)
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    set(false)
    made.focus()
  })
  return made
}
