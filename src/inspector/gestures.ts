interface Point {
  readonly clientX: number
  readonly clientY: number
}

export interface Gestures {
  readonly select: (point: Point) => void
  readonly pan: (pixels: number) => void
  readonly zoom: (factor: number, point: Point) => void
}

/** A pointer that moves less than this is a click, in pixels. */
const STILL = 5

/**
 * Turns pointers and wheel into gestures: a click selects, a drag pans, two fingers zoom. The wheel scrolls the page; it
 * zooms with Ctrl, as in a map, and pans sideways.
 */
export function gestures(target: HTMLElement, { select, pan, zoom }: Gestures): void {
  const pointers = new Map<number, Point>()
  let travelled = 0

  target.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    if (pointers.size === 0) travelled = 0
    pointers.set(event.pointerId, event)
    target.setPointerCapture(event.pointerId)
  })
  target.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    pointers.set(event.pointerId, event)
    const moved = event.clientX - before.clientX
    travelled += Math.abs(moved) + Math.abs(event.clientY - before.clientY)
    if (other) {
      const [now, then] = [spread(event, other), spread(before, other)]
      travelled += STILL
      zoom(now / then, { ...middle(event, other) })
    } else if (travelled >= STILL && moved !== 0) pan(-moved)
  })
  const end = (event: PointerEvent) => {
    const wasClick = pointers.size === 1 && travelled < STILL && event.type === 'pointerup'
    if (pointers.delete(event.pointerId) && wasClick) select(event)
  }
  target.addEventListener('pointerup', end)
  target.addEventListener('pointercancel', end)
  target.addEventListener(
    'wheel',
    (event) => {
      const { deltaX, deltaY, ctrlKey, metaKey, shiftKey } = event
      if (ctrlKey || metaKey) zoom(Math.exp(-deltaY / 200), event)
      else if (shiftKey || Math.abs(deltaX) > Math.abs(deltaY)) pan(deltaX === 0 ? deltaY : deltaX)
      else return
      event.preventDefault()
    },
    { passive: false },
  )
}

const spread = (one: Point, other: Point): number => Math.max(10, Math.abs(one.clientX - other.clientX))

const middle = (one: Point, other: Point): Point => ({
  clientX: (one.clientX + other.clientX) / 2,
  clientY: (one.clientY + other.clientY) / 2,
})
