/** Returns the path of the relay's requests. The relay answers in the same folder as the page, whichever that is. */
export const relayPath = (url: URL): string => new URL('socket.io', url).pathname

/** Returns a link to this page for others: with the same settings, but without the user's name. */
export function linkForOthers(url: URL): string {
  const link = new URL(url)
  link.searchParams.delete('name')
  link.hash = ''
  return link.href
}
