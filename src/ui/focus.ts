/** An attachment: focuses the element when it appears. */
export function focusOnArrival(element: HTMLElement): void {
  element.focus({ preventScroll: true })
}

/**
 * Ignores repeats of a held Enter or Space key. Otherwise it would press one button after another, as the focus moves
 * with the phases. For `keydown`.
 */
export function ignoreRepeatedPress(event: KeyboardEvent): void {
  const presses = event.key === 'Enter' || event.key === ' '
  if (event.repeat && presses && event.target instanceof HTMLButtonElement) event.preventDefault()
}
