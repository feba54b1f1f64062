import { make } from './dom.ts'
import { draw, type Picture } from './draw.ts'
import { gestures } from './gestures.ts'
import { duration } from './labels.ts'
import { ROW_HEIGHT, spotsOf, type Spot } from './layout.ts'
import type { InspectorModel } from './model.ts'
import { paletteOf } from './palette.ts'
import type { Move } from './selection.ts'
import type { Marble } from './timeline.ts'

/** The width of the lanes' names, in pixels: less on a phone. */
const namesWidth = (width: number): number => (width < 480 ? 70 : 84)
/** Space before the axis, so that the first marble is whole. */
const EDGE = 14
/** Space after the axis, for the label of the last marble. */
const endOf = (width: number): number => (width < 480 ? 40 : 90)
/** How far from a marble a click may be, in pixels. */
const REACH = 14

const moves: Readonly<Record<string, Move>> = {
  ArrowLeft: { by: -1 },
  ArrowRight: { by: 1 },
  ArrowUp: { to: 'lane above' },
  ArrowDown: { to: 'lane below' },
  PageUp: { by: -20 },
  PageDown: { by: 20 },
  Home: { to: 'first' },
  End: { to: 'last' },
}

/**
 * The drawing: a canvas that shows what is in sight. For a screen reader it is a slider over the events, whose value is
 * the selected one.
 */
export function drawing(model: InspectorModel) {
  const canvas = make('canvas', {
    tabindex: '0',
    role: 'slider',
    'aria-label': 'Timeline, selected event',
    'aria-valuemin': '0',
  })
  const probe = make('span', { hidden: '' })
  probe.style.setProperty('forced-color-adjust', 'none')
  const element = make('div', { class: 'drawing', part: 'drawing' }, canvas, probe)
  let spots: readonly Spot[] = []
  let names = namesWidth(600)

  const localOf = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = canvas.getBoundingClientRect()
    return { x: clientX - box.left - names, y: clientY - box.top }
  }
  const select = (point: { clientX: number; clientY: number }) => {
    const { x, y } = localOf(point)
    const marble = marbleAt(model, spots, x - EDGE, y)
    if (marble) model.select(marble)
  }
  gestures(canvas, {
    select,
    pan: (pixels) => model.pan(pixels),
    zoom: (factor, point) => model.zoom(factor, localOf(point).x - EDGE),
  })
  canvas.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event
    if (ctrlKey || metaKey || altKey) return
    const move = moves[key]
    if (move) model.move(move)
    else if (key === '+' || key === '=') model.zoom(1.5)
    else if (key === '-') model.zoom(1 / 1.5)
    else if (key === '0') model.fit()
    else return
    event.preventDefault()
  })

  const label = () => {
    const { selected, order, timeline } = model
    const index = selected ? order.indexOf(selected.id) + 1 : 0
    const side = selected && timeline.sides.length > 1 ? `${timeline.sides[selected.side]?.name ?? ''}, ` : ''
    const text = selected
      ? `${side}${selected.lane}: ${selected.label}, ${duration(selected.at)}`
      : `none of ${order.length}`
    for (const [name, value] of [
      ['aria-valuemax', `${order.length}`],
      ['aria-valuenow', `${index}`],
      ['aria-valuetext', text],
    ] as const)
      if (canvas.getAttribute(name) !== value) canvas.setAttribute(name, value)
  }

  return {
    element,
    /** Returns whether colours are dark. */
    update(): boolean {
      const width = element.clientWidth
      const palette = paletteOf(probe)
      if (width === 0) return palette.isDark
      names = namesWidth(width)
      model.width = Math.max(50, width - names - EDGE - endOf(width))
      const { timeline, axis, rows, bands, selected, matches, at } = model
      const shown = model.currentView()
      // The picture has an edge that the model does not know.
      const view = { ...shown, from: shown.from - EDGE / shown.scale }
      spots = spotsOf(timeline, rows.rows, axis, view, width - names)
      const context = contextOf(canvas, width, rows.height)
      const picture: Picture = {
        ...{ timeline, axis, rows, bands, matches, at, view, spots, palette, width, names },
        selected: selected?.id,
      }
      if (context) draw(context, picture)
      spots = spots.map((spot) => ({ ...spot, x: spot.x - EDGE }))
      label()
      return palette.isDark
    },
  }
}

/** Sizes a canvas for the screen's pixels. */
function contextOf(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = Math.min(3, devicePixelRatio)
  const [pixels, rows] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== pixels || canvas.height !== rows) {
    canvas.width = pixels
    canvas.height = rows
    canvas.style.height = `${height}px`
  }
  // Opaque, so that the browser need not blend it with the page.
  const context = canvas.getContext('2d', { alpha: false })
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** The marble at a point; of several in a spot, the one after the selected one. */
function marbleAt(model: InspectorModel, spots: readonly Spot[], x: number, y: number): Marble | undefined {
  const { timeline, bands, rows, axis, selected } = model
  const row = rows.rows.find((each) => y >= each.y && y < each.y + ROW_HEIGHT)
  if (!row) return undefined
  if (row.lane === 'phase') {
    const view = model.currentView()
    const at = axis.toTime(view.from + x / view.scale)
    const band = bands.filter((each) => each.side === row.side && each.from <= at).at(-1)
    return band && timeline.marbles[band.id]
  }
  let nearest: Spot | undefined
  for (const spot of spots) {
    const distance = Math.abs(spot.x - x)
    if (spot.row !== row || distance > REACH) continue
    if (!nearest || distance < Math.abs(nearest.x - x)) nearest = spot
  }
  if (!nearest) return undefined
  const { ids } = nearest
  const index = selected ? ids.indexOf(selected.id) : -1
  const id = ids[(index + 1) % ids.length]
  return id === undefined ? undefined : timeline.marbles[id]
}
