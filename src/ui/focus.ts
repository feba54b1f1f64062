/** An attachment: focuses the element when it appears. */
export function focusOnArrival(element: HTMLElement): void {
  element.focus({ preventScroll: true })
}

/** Keeps a held key from pressing one button after the other, as the focus moves from phase to phase. For `keydown`. */
export function ignoreRepeatedPress(event: KeyboardEvent): void {
  const presses = event.key === 'Enter' || event.key === ' '
  if (event.repeat && presses && event.target instanceof HTMLButtonElement) event.preventDefault()
}
