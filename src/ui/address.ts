/** The path of the relay's requests: the page may be in any folder of a server, and the relay answers in that folder, too. */
export const relayPath = (url: URL): string => new URL('socket.io', url).pathname

/** The page's address for somebody else: the same page and settings, without the name of whoever is here. */
export function linkForOthers(url: URL): string {
  const link = new URL(url)
  link.searchParams.delete('name')
  link.hash = ''
  return link.href
}
