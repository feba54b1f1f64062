/** The element's styles. Colours follow the page's `color-scheme`: `dark` is set by a script that looks at it. */
export const styles = `
:host {
  display: block;
  --text: CanvasText;
  --ground: Canvas;
  --line: #c9cddb;
  --quiet: #565c75;
  --accent: #3643ad;
  --raised: #eceef6;
}
:host([hidden]) { display: none; }
.root {
  position: relative;
  display: flex;
  flex-direction: column;
  gap: 0.5rem;
  color: var(--text);
  background: var(--ground);
  font: 0.875rem/1.4 ui-sans-serif, system-ui, sans-serif;
}
.root.dark {
  --line: #3a4055;
  --quiet: #a6acc2;
  --accent: #aab4ff;
  --raised: #232735;
}
*, ::before, ::after { box-sizing: border-box; }
.bar { display: flex; flex-wrap: wrap; gap: 0.375rem; align-items: center; }
.bar[hidden] { display: none; }
.panel { padding: 0.5rem; border: 1px solid var(--line); border-radius: 0.5rem; gap: 0.375rem 1rem; }
button, input, select {
  font: inherit;
  color: inherit;
  background: transparent;
}
button, select, input[type='search'] {
  min-height: 2.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--quiet);
  border-radius: 0.5rem;
}
button { cursor: pointer; touch-action: manipulation; }
button:hover { background: var(--raised); }
button[aria-pressed='true'], button[aria-expanded='true'] { border-color: var(--accent); background: var(--raised); font-weight: 600; }
button:disabled { cursor: default; color: var(--quiet); border-style: dashed; }
select option { color: CanvasText; background: Canvas; }
input[type='search'] { flex: 1 1 9rem; min-width: 0; max-width: 18rem; }
input[type='search']::placeholder { color: var(--quiet); opacity: 1; }
label { display: inline-flex; gap: 0.375rem; align-items: center; min-height: 2rem; }
input[type='checkbox'] { width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
p { margin: 0; }
.note, .status { color: var(--quiet); }
.status { min-height: 1.4em; }
.drawing {
  position: relative;
  max-height: 60vh;
  overflow: hidden auto;
  border: 1px solid var(--line);
  border-radius: 0.5rem;
}
canvas { display: block; width: 100%; touch-action: pan-y; cursor: crosshair; }
.below { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: flex-start; }
.details { flex: 1 1 20rem; min-width: 0; }
h3 { margin: 0 0 0.25rem; font-size: 1rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 0.75rem; margin: 0; align-items: center; }
dt { color: var(--quiet); }
dd { margin: 0; display: flex; flex-wrap: wrap; gap: 0.25rem; overflow-wrap: anywhere; }
dd button { min-height: 1.75rem; padding: 0 0.5rem; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
pre {
  max-height: 18rem;
  margin: 0.5rem 0 0;
  padding: 0.5rem;
  overflow: auto;
  border-radius: 0.5rem;
  background: var(--raised);
  font: 0.8125rem/1.4 ui-monospace, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.table { flex: 1 1 24rem; min-width: 0; max-height: 26rem; overflow: auto; border: 1px solid var(--line); border-radius: 0.5rem; }
.table:not(.shown):not(:focus-within) {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  border: 0;
  clip-path: inset(50%);
}
table { width: 100%; border-collapse: collapse; }
caption { padding: 0.375rem 0.5rem; text-align: start; color: var(--quiet); }
th, td { padding: 0.125rem 0.5rem; text-align: start; font-weight: 400; white-space: nowrap; }
td:first-child { white-space: normal; overflow-wrap: anywhere; }
thead th { color: var(--quiet); }
td.at { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
tr[aria-current] { background: var(--raised); }
tr.dim td { color: var(--quiet); }
td button { min-height: 1.75rem; padding: 0 0.5rem; border-color: transparent; text-align: start; }
tr[aria-current] td button { border-color: var(--accent); font-weight: 600; }
.error::before { content: '⚠ '; }
@media (max-width: 30rem) {
  .drawing { max-height: 50vh; }
  td, th { padding: 0.125rem 0.25rem; }
}
@media (forced-colors: active) {
  :host, .root.dark { --line: CanvasText; --quiet: CanvasText; --accent: Highlight; --raised: Canvas; }
  button:disabled { color: GrayText; border-color: GrayText; }
  tr[aria-current] { outline: 2px solid Highlight; outline-offset: -2px; }
}
`

/**
 * Gives a shadow root the styles. Browsers before 2023 lack `adoptedStyleSheets`, and get an element instead. A policy
 * without `'unsafe-inline'` blocks that element: then the inspector is readable, but has no styles.
 */
export function addStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet()
    const filled: Partial<CSSStyleSheet> = sheet
    filled.replaceSync?.(styles)
    const styled: Partial<ShadowRoot> = root
    styled.adoptedStyleSheets = [sheet]
  } catch {
    const element = document.createElement('style')
    element.textContent = styles
    root.append(element)
  }
}
