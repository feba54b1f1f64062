/** Returns the path of the relay's requests. The relay answers in the same folder as the page, whichever that is. */
export const relayPath = (url: URL): string => new URL('socket.io', url).pathname

/** Returns a link to this page for others: with the same settings, but without the user's name and faults. */
export function linkForOthers(url: URL): string {
  const link = new URL(url)
  for (const own of ['name', 'faults']) link.searchParams.delete(own)
  link.hash = ''
  return link.href
}

/** Whether the page offers to put faults into its calls: in development, and with the parameter `faults`. */
export const offersFaults = (url: URL): boolean =>
  import.meta.env.MODE === 'development' || url.searchParams.has('faults')
