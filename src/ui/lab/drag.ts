import type { Attachment } from 'svelte/attachments'

/** How far the pointer has moved since it was pressed, in pixels. */
export interface Drag {
  readonly dx: number
  readonly dy: number
}

interface Dragging {
  readonly move: (drag: Drag) => void
  /** `drag` is undefined if the drag was cancelled. */
  readonly end: (drag: Drag | undefined) => void
}

/** A press that moves less than this, in pixels, is a click. */
const SLOP = 4

/**
 * An attachment: makes an element draggable by pointer. `begin` is called once the pointer has moved. A press without a
 * move stays a click, and a drag causes no click. Escape cancels.
 */
export function draggable(begin: () => Dragging): Attachment<HTMLElement> {
  return (element) => {
    let pressed: { readonly x: number; readonly y: number } | undefined
    let dragging: Dragging | undefined
    let moved = false

    const offset = ({ clientX, clientY }: PointerEvent): Drag => ({
      dx: clientX - (pressed?.x ?? 0),
      dy: clientY - (pressed?.y ?? 0),
    })
    const finish = (drag: Drag | undefined) => {
      pressed = undefined
      const ended = dragging
      dragging = undefined
      ended?.end(drag)
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return
      pressed = { x: event.clientX, y: event.clientY }
      moved = false
      element.setPointerCapture(event.pointerId)
    }
    const move = (event: PointerEvent) => {
      if (!pressed) return
      const drag = offset(event)
      if (!moved && Math.hypot(drag.dx, drag.dy) < SLOP) return
      if (!moved) dragging = begin()
      moved = true
      dragging?.move(drag)
    }
    const up = (event: PointerEvent) => finish(offset(event))
    const cancel = () => finish(undefined)
    const click = (event: Event) => {
      if (moved) event.stopImmediatePropagation()
      moved = false
    }
    const key = ({ key }: KeyboardEvent) => {
      if (key === 'Escape' && dragging) cancel()
    }
    element.addEventListener('pointerdown', down)
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', up)
    element.addEventListener('pointercancel', cancel)
    element.addEventListener('click', click, { capture: true })
    element.addEventListener('keydown', key)
    return () => {
      cancel()
      element.removeEventListener('pointerdown', down)
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', up)
      element.removeEventListener('pointercancel', cancel)
      element.removeEventListener('click', click, { capture: true })
      element.removeEventListener('keydown', key)
    }
  }
}
