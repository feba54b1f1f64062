import { lastBefore } from './axis.ts'
import { button, make, setText } from './dom.ts'
import { duration } from './labels.ts'
import type { InspectorModel } from './model.ts'
import type { Move } from './selection.ts'
import type { Marble } from './timeline.ts'

/** How many rows there are at a time. A page of thousands would take seconds. */
const PAGE = 200

const moves: Readonly<Record<string, Move>> = {
  ArrowUp: { by: -1 },
  ArrowDown: { by: 1 },
  PageUp: { by: -20 },
  PageDown: { by: 20 },
  Home: { to: 'first' },
  End: { to: 'last' },
}

/**
 * The table of all events, in the order of the drawing. Keyboards and screen readers reach it even while it is not
 * shown. Its rows are those around the selection.
 */
export function eventTable(model: InspectorModel, select: (marble: Marble) => void) {
  const caption = make('caption')
  const head = make('tr')
  const body = make('tbody')
  const earlier = button('Earlier events', () => turn(-1))
  const later = button('Later events', () => turn(1))
  const element: HTMLElement = make(
    'section',
    { class: 'table', 'aria-label': 'Table of events', part: 'table' },
    make('table', {}, caption, make('thead', {}, head), body),
    make('div', { class: 'bar' }, earlier, later),
  )
  body.addEventListener('keydown', (event) => {
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    model.move(move)
  })
  let page = 0
  let selected: Marble | undefined
  let rows: { readonly marble: Marble; readonly element: HTMLTableRowElement }[] = []
  let columns = ''

  const turn = (by: number): void => {
    page += by
    update()
    body.querySelector('button')?.focus()
  }
  const rowOf = (marble: Marble, hasSides: boolean) => {
    const choose = button(marble.label, () => select(marble), {
      tabindex: '-1',
      ...(marble.isError && { class: 'error' }),
    })
    const side = model.timeline.sides[marble.side]?.name ?? ''
    const texts = [...(hasSides ? [side] : []), marble.lane, marble.stage ?? '']
    return make(
      'tr',
      {},
      make('td', {}, choose),
      make('td', { class: 'at' }, duration(marble.at)),
      ...texts.map((text) => make('td', {}, text)),
    )
  }
  const setColumns = (hasSides: boolean) => {
    const names = ['Event', 'Time', ...(hasSides ? ['Side'] : []), 'Lane', 'Stage']
    if (columns === names.join()) return
    columns = names.join()
    rows = []
    head.replaceChildren(...names.map((name) => make('th', { scope: 'col' }, name)))
  }
  /** Shows these marbles. Keeps the rows that are there, because a live log only adds some. */
  const fill = (marbles: readonly Marble[], hasSides: boolean) => {
    const isSame = (index: number) => rows[index]?.marble === marbles[index]
    if (rows.length > marbles.length || !rows.every((_, index) => isSame(index))) rows = []
    if (rows.length === 0) body.replaceChildren()
    const added = marbles.slice(rows.length).map((marble) => ({ marble, element: rowOf(marble, hasSides) }))
    body.append(...added.map((row) => row.element))
    rows = [...rows, ...added]
  }

  let drawn: readonly unknown[] = []
  function update(): void {
    const { order, timeline, matches } = model
    // Most frames change only the view of the drawing.
    const needed = [order, timeline, matches, model.selected, page]
    if (needed.every((each, index) => each === drawn[index])) return
    const pages = Math.max(1, Math.ceil(order.length / PAGE))
    if (model.selected && model.selected !== selected) {
      const { id } = model.selected
      page = Math.floor(
        Math.max(
          0,
          lastBefore(order, (each) => each <= id),
        ) / PAGE,
      )
    }
    selected = model.selected
    page = Math.max(0, Math.min(page, pages - 1))
    const hadFocus = body.contains(focusedIn(element))
    setColumns(timeline.sides.length > 1)
    const marbles = order.slice(page * PAGE, (page + 1) * PAGE).flatMap((id) => timeline.marbles[id] ?? [])
    fill(marbles, timeline.sides.length > 1)
    earlier.disabled = page === 0
    later.disabled = page === pages - 1
    const first = page * PAGE + 1
    const range = `${Math.min(first, order.length)} to ${first + marbles.length - 1} of ${order.length}`
    setText(caption, `Events ${range}. Arrow keys move the selection.`)

    const current = rows.findIndex(({ marble }) => marble.id === selected?.id)
    rows.forEach((row, index) => {
      const choose = row.element.querySelector('button')
      choose?.setAttribute('tabindex', index === Math.max(0, current) ? '0' : '-1')
      if (index === current) row.element.setAttribute('aria-current', 'true')
      else row.element.removeAttribute('aria-current')
      row.element.classList.toggle('dim', matches !== undefined && !matches.has(row.marble.id))
    })
    const row = rows[current]?.element
    if (hadFocus) row?.querySelector('button')?.focus()
    if (row && current !== lastShown) scrollTo(row)
    lastShown = current
    drawn = [order, timeline, matches, selected, page]
  }
  let lastShown = -1
  /** Scrolls the table alone; `scrollIntoView` would move the page, too. */
  const scrollTo = (row: HTMLTableRowElement) => {
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight]
    if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight / 2
  }

  return {
    element,
    update,
    show: (isShown: boolean) => element.classList.toggle('shown', isShown),
  }
}

const focusedIn = (element: Element): Element | null => (element.getRootNode() as ShadowRoot).activeElement
