/**
 * Makes an element. Strings become text, never HTML. Attributes are set one by one, so that a policy against inline
 * styles and scripts allows it.
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Makes a button with a handler. */
export function button(
  text: string,
  press: () => void,
  attributes: Readonly<Record<string, string>> = {},
): HTMLButtonElement {
  const made = make('button', { type: 'button', ...attributes }, text)
  made.addEventListener('click', press)
  return made
}

/** Makes a checkbox with its label. */
export function checkbox(
  text: string,
  isChecked: boolean,
  change: (isChecked: boolean) => void,
): HTMLLabelElement {
  const input = make('input', { type: 'checkbox' })
  input.checked = isChecked
  input.addEventListener('change', () => change(input.checked))
  return make('label', {}, input, text)
}

/** Sets an element's text, but only if it differs. A screen reader reads a changed status again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Makes the browser save a file. */
export function save(name: string, lines: readonly string[], type: string): void {
  const url = URL.createObjectURL(new Blob([...lines], { type }))
  const link = make('a', { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
