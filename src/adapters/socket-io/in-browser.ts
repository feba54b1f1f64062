/** Whether this runs in a page, a test's simulated page, or React Native, but not in a server's renderer. */
export function isInBrowser(): boolean {
  const { document, navigator } = globalThis as Partial<Pick<typeof globalThis, 'document' | 'navigator'>>
  return document !== undefined || isReactNative(navigator)
}

/** React Native has no document. This is how it can be recognized. */
function isReactNative(navigator: object | undefined): boolean {
  return navigator !== undefined && 'product' in navigator && navigator.product === 'ReactNative'
}

/** Explains why a client outside a browser is refused, and what to do. */
export const outsideBrowserProblem =
  'there is no page here. If this page is being rendered on a server, create the client in the browser only ' +
  '(in onMount, useEffect or onMounted): here it would open a connection to the relay for each request. ' +
  'In a bot or a test, pass outsideBrowser: true'
